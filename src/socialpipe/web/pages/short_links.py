"""Short links: people who follow one are sent to the target that is stored for it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from socialpipe.resources import templates
from socialpipe.web.auth import free

_CODE = re.compile(r"[0-9A-Za-z]{1,64}")
# Networks fetch a link to show a preview of it; such a visit is no click.
_MACHINES = re.compile(r"bot|crawl|spider|slurp|preview|externalhit|embed|fetch|^$", re.IGNORECASE)
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}  # every click gets here


router = APIRouter()


@router.api_route("/l/{code}", methods=["GET", "HEAD"], dependencies=[free()])
def follow(code: str, request: Request) -> Response:
    """Send on to the target; nobody is asked to sign in."""
    links = request.app.state.desk.store.short_links
    human = not _MACHINES.search(request.headers.get("User-Agent", ""))
    clicked = request.method == "GET" and human
    target = links.follow(code, count=clicked) if _CODE.fullmatch(code) else None
    if target is None:
        page = (templates() / "web" / "no-such-link.html").read_text("utf-8")
        return HTMLResponse(page, status_code=404, headers=_HEADERS)
    return RedirectResponse(target, status_code=302, headers=_HEADERS)
