"""One's own account: name, language, time zone, password, and where one is signed in."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated
from zoneinfo import available_timezones

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import SocialpipeError, UsageError
from socialpipe.web import cookies
from socialpipe.web.auth import may
from socialpipe.web.i18n import LOCALES
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/settings")
def show(visit: Annotated[Visit, may(Action.ACCOUNT)]) -> Response:
    """Show everything of it."""
    return _page(visit)


@router.post("/settings/profile")
def change(
    visit: Annotated[Visit, may(Action.ACCOUNT)],
    name: Annotated[str, Form()],
    locale: Annotated[str, Form()] = "",
    timezone: Annotated[str, Form()] = "",
) -> Response:
    """Change name, language and time zone; empty: as the browser or the installation has it."""
    if (locale and locale not in LOCALES) or (timezone and timezone not in zones()):
        raise UsageError("There is no such language or time zone.")
    called = " ".join(name.split())[:80] or visit.me.email
    visit.desk.store.people.change(
        visit.me.id, name=called, locale=locale or None, timezone=timezone or None
    )
    visit.tell(_("Saved."))
    return visit.go("/settings")


@router.post("/settings/password")
def change_password(
    visit: Annotated[Visit, may(Action.ACCOUNT)],
    password: Annotated[str, Form()],
    current: Annotated[str, Form()] = "",
) -> Response:
    """Change the password: every other browser is signed out, this one gets a new session."""
    store = visit.desk.store
    counted = visit.check_pace(visit.me.email)
    if store.people.has_password(visit.me.id) and not store.people.with_password(
        visit.me.email, current
    ):
        store.throttle.failed(counted)
        return _page(visit, UsageError(_("The current password is wrong.")))
    try:
        store.people.set_password(visit.me.id, password)
    except SocialpipeError as error:
        return _page(visit, error)
    visit.audit("password.change", visit.me.email)
    response = visit.go("/settings")
    token = store.sessions.open(visit.me.id, visit.request.headers.get("user-agent", ""))
    cookies.set_session(response, token, https=visit.is_https)
    return response


@router.post("/settings/sessions/{session_id}/revoke")
def revoke(visit: Annotated[Visit, may(Action.ACCOUNT)], session_id: int) -> Response:
    """Sign out one of one's own browsers."""
    visit.desk.store.sessions.revoke(visit.me.id, session_id)
    visit.tell(_("Signed out there."))
    return visit.go("/settings")


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the time zones to choose from, by name."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def _page(visit: Visit, problem: SocialpipeError | None = None) -> Response:
    store = visit.desk.store
    return visit.page(
        "settings/profile.html",
        status=200 if problem is None else 400,
        problem=problem,
        locales=LOCALES,
        zones=zones(),
        has_password=store.people.has_password(visit.me.id),
        sessions=store.sessions.of(visit.me.id),
        this=visit.bearer.session_id if visit.bearer else None,
    )
