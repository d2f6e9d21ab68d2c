"""Images for networks to fetch: signed addresses, no login, no redirect, parts on request."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from socialpipe.hosting.signed import Named, Refusal, read
from socialpipe.store import Store
from socialpipe.web.auth import free

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_WEEK = 604_800  # s; an image never changes under its name


router = APIRouter()


@router.api_route("/media/{end}/{signature}/{name}", methods=["GET", "HEAD"], dependencies=[free()])
def media(request: Request, end: str, signature: str, name: str) -> Response:
    """Send an image to whoever has its signed address."""
    store: Store = request.app.state.desk.store
    found = read(store.vault, end, signature, name, store.now())
    if found is Refusal.FORGED:
        return _told("This address was not made here.\n", 403)
    if isinstance(found, Refusal):
        return _told("This address has ended.\n", 410)
    data = store.images.get(found.sha256)
    if data is None:
        return _told("The image is not here any more.\n", 404)
    return _image(found, data, request.headers.get("range", ""))


def _told(text: str, status: int) -> Response:
    return PlainTextResponse(text, status)


def _image(found: Named, data: bytes, asked: str) -> Response:
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": f"public, max-age={_WEEK}, immutable",
        "Content-Disposition": "inline",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": f'"{found.sha256}"',
    }
    part = _part(asked, len(data))
    if part is None:
        return Response(data, 200, headers, found.mime)
    begin, end = part
    if begin >= len(data):
        return Response(None, 416, headers | {"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {begin}-{end}/{len(data)}"
    return Response(data[begin : end + 1], 206, headers, found.mime)


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """Read one range (RFC 9110, 14.2), inclusive; None: everything, for what is no single range."""
    match = _RANGE.fullmatch(asked)
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
