"""The two cookies: who is signed in, and which browser a form was given to before that."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

_LIFE = 400 * 86_400  # s; the most that browsers allow. How long it is good for, the store says
_SESSION = "socialpipe"
_GUEST = "socialpipe_guest"
_HOST = "__Host-"  # browsers take it only with Secure, for this host alone


def session(request: Request) -> str | None:
    """Return the token of a browser that is signed in."""
    return _read(request, _SESSION)


def guest(request: Request) -> str | None:
    """Return the token of a browser that is not."""
    return _read(request, _GUEST)


def set_session(response: Response, token: str, *, https: bool) -> None:
    """Sign the browser in."""
    _set(response, _SESSION, token, _LIFE, https=https)


def set_guest(response: Response, token: str, *, https: bool) -> None:
    """Know the browser again when it posts a form."""
    _set(response, _GUEST, token, None, https=https)


def forget(response: Response, *, https: bool) -> None:
    """Sign the browser out."""
    _set(response, _SESSION, "", 0, https=https)


def _read(request: Request, name: str) -> str | None:
    return request.cookies.get(_HOST + name) or request.cookies.get(name) or None


def _set(response: Response, name: str, token: str, life: int | None, *, https: bool) -> None:
    name = _HOST + name if https else name
    response.set_cookie(
        name, token, max_age=life, httponly=True, secure=https, samesite="lax", path="/"
    )
