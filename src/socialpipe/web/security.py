"""What every answer carries and every request must obey. Pure ASGI: it costs microseconds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEBIBYTE = 1024 * 1024
BODY = 2 * MEBIBYTE  # of a form or a JSON body …
UPLOAD = 32 * MEBIBYTE  # … and of one with files
_SELF = "'self'"

# No inline script and no inline style: what a template prints cannot become code.
POLICY = "; ".join(
    f"{directive} {sources}"
    for directive, sources in {
        "default-src": "'none'",
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": f"{_SELF} data: blob:",
        "font-src": _SELF,
        "connect-src": _SELF,
        "form-action": _SELF,
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }.items()
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_HSTS = "max-age=31536000"


class Armour:
    """Adds the headers, and ends bodies that are too large."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = self._https or scope["scheme"] == "https"

        async def armoured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if secure:
                    headers.setdefault("Strict-Transport-Security", _HSTS)
            await send(message)

        await self._app(scope, _Limited(scope, receive), armoured)


class _Limited:
    """Reads a body as far as its limit."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._left = limit_of(dict(scope["headers"]).get(b"content-type", b"").decode("latin-1"))

    async def __call__(self) -> Message:
        """Return the next part of the body.

        Raises HTTPException (413): any other error, FastAPI would call a malformed body.
        """
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "This is more than we take at once."
            )
        return message


def limit_of(content_type: str) -> int:
    """Return how many bytes a body of this type may have."""
    return UPLOAD if content_type.startswith("multipart/form-data") else BODY


def csrf_token(secret: str, workspace_id: int | None) -> str:
    """Return what a form must carry: bound to the browser's cookie and to the workspace it showed.

    So a form that was opened in one workspace cannot be sent after turning to another one.
    """
    return hmac.new(secret.encode(), f"csrf {workspace_id}".encode(), hashlib.sha256).hexdigest()


def is_csrf_token(token: str, secret: str, workspace_id: int | None) -> bool:
    """Whether it is the one."""
    wanted = csrf_token(secret, workspace_id)
    return hmac.compare_digest(wanted.encode(), token.encode("utf-8", "replace"))
