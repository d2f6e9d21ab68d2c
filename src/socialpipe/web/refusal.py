"""What a request is refused with: pages for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from socialpipe.errors import (
    AccessDenied,
    NotFound,
    PlatformError,
    Refused,
    SocialpipeError,
    TryAgain,
    UsageError,
)
from socialpipe.web.i18n import gettext as _
from socialpipe.web.security import HEADERS

_log = logging.getLogger("socialpipe.web")

# The first that fits: from the special to the general.
_STATUS: Mapping[type[Exception], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    UsageError: HTTPStatus.BAD_REQUEST,
    Refused: HTTPStatus.CONFLICT,
    AccessDenied: HTTPStatus.FORBIDDEN,
    TryAgain: HTTPStatus.SERVICE_UNAVAILABLE,
    PlatformError: HTTPStatus.BAD_GATEWAY,
}


class SignInNeeded(AccessDenied):
    """Nobody is signed in, or their session has ended."""


class TooManyRequests(TryAgain):
    """A rate limit says no."""


class Stated(SocialpipeError):
    """An error that says its own HTTP status."""

    status: int


def install(app: FastAPI) -> None:
    """Answer every error with a sentence and a next step, never with a traceback."""
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(SocialpipeError, _told)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


def wants_json(request: Request) -> bool:
    """Whether a program asks."""
    return request.url.path.startswith(("/api/", "/mcp"))


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    """Describe an error for a program."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def status_of(error: Exception) -> int:
    """Return the HTTP status for one of our errors."""
    if isinstance(error, SignInNeeded):
        return HTTPStatus.UNAUTHORIZED
    if isinstance(error, TooManyRequests):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, Stated):
        return error.status
    return next(
        (status for kind, status in _STATUS.items() if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _sign_in(request: Request, error: Exception) -> Response:
    if wants_json(request) or request.method not in {"GET", "HEAD"}:
        return _told(request, error)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/sign-in?next={quote(here)}"
    if request.headers.get("hx-request"):
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)


def _told(request: Request, error: Exception) -> Response:
    what, fix = (error.what, error.fix) if isinstance(error, SocialpipeError) else (str(error), "")
    return _answer(request, status_of(error), type(error).__name__, what, fix)


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - for the type checker
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    what = f"{where}: {first['msg']}"
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, "Malformed", what)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.NOT_FOUND:
        return _answer(request, status, "NotFound", _("There is no such page."))
    response = _answer(request, status, status.phrase, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _broken(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    what = _("Something went wrong on our side; nothing was lost.")
    fix = _("Try again. If it stays, look into the log of the web role.")
    response = _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Broken", what, fix)
    response.headers.update(HEADERS)  # no middleware of ours sees this answer
    return response


def _answer(
    request: Request,
    status: int,
    title: str,
    what: str,
    fix: str = "",
) -> Response:
    if wants_json(request):
        response: Response = problem(status, title, f"{what} {fix}".strip())
    else:
        response = request.app.state.desk.visit_of(request).refused(status, what, fix)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
