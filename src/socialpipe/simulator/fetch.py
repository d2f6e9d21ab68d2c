"""Images that a network gets by itself from a public address."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

PATIENCE = 5  # seconds
ROOM = 20_000_000  # bytes


def fetch(url: str) -> bytes | None:
    """Get a file; None when it cannot be had. Follows no redirect, as Meta's crawler."""
    parts = urlsplit(url)
    kinds = {"http": HTTPConnection, "https": HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname or not url.isascii():
        return None
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=PATIENCE)
    with closing(connection):
        try:
            connection.request("GET", path, headers={"User-Agent": "facebookexternalhit/1.1"})
            answer = connection.getresponse()
            return answer.read(ROOM) if answer.status == 200 else None
        except (OSError, HTTPException):
            return None
