"""Fetch an image of our own as a network would, before one does."""

from __future__ import annotations

import struct
import zlib

from socialpipe.errors import PlatformError
from socialpipe.hosting import host_of
from socialpipe.model import Card
from socialpipe.platforms.http import Http
from socialpipe.settings import Settings
from socialpipe.store import Store

_FIX = "Networks must reach it: no login, no redirect, no robots.txt in the way."


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def sample() -> Card:
    """Draw the smallest image there is."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\x00\x80\x80\x80")
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixel), _chunk(b"IEND", b""))
    return Card(b"\x89PNG\r\n\x1a\n" + b"".join(parts), 1, 1, "", mime="image/png")


def problem(settings: Settings, store: Store, http: Http) -> str | None:
    """Say what keeps networks from fetching our images; None: nothing that can be seen from here.

    Raises UsageError when the host cannot be opened at all.
    """
    card = sample()
    store.images.put(card.data)
    host = host_of(settings, store)
    if host is None:
        return "There is no public address for images."
    try:
        url = host.url(card, store.now(), lasting=False)
        answer = http.get(url)
        part = http.get(url, headers={"Range": "bytes=0-7"})
    except PlatformError as error:
        return f"Our own image cannot be fetched: {error.what} {error.fix or _FIX}"
    if answer.content != card.data:
        return f"{answer.host} answers with something else than our image. {_FIX}"
    if answer.headers.get("Content-Type", "").partition(";")[0] != card.mime:
        return f"{answer.host} says that our PNG is {answer.headers.get('Content-Type')}."
    if part.content not in {card.data[:8], card.data}:  # a server may ignore Range (RFC 9110)
        return f"{answer.host} answers a request for part of our image with something else."
    return None
