"""The second step of signing in: an authenticator app, and codes for when it is lost."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import UsageError
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()


@router.get("/settings/second-factor")
def show(visit: Annotated[Visit, may(Action.ACCOUNT)]) -> Response:
    """Offer it, or say that it is on."""
    return _offer(visit)


@router.post("/settings/second-factor")
def turn_on(
    visit: Annotated[Visit, may(Action.ACCOUNT)],
    secret: Annotated[str, Form(pattern="^[A-Z2-7]{32}$")],
    code: Annotated[str, Form()],
) -> Response:
    """Turn it on with a first right code; the recovery codes are shown this once."""
    if visit.me.has_totp:
        raise UsageError(_("It is on already."))
    codes = visit.desk.store.second_factor.turn_on(visit.me.id, secret, code)
    if codes is None:
        return _offer(visit, secret, _("This code is wrong."))
    visit.audit("second_factor.on", visit.me.email)
    return visit.page("settings/recovery-codes.html", codes=codes)


@router.post("/settings/second-factor/off")
def turn_off(
    visit: Annotated[Visit, may(Action.ACCOUNT)], code: Annotated[str, Form()]
) -> Response:
    """Turn it off, with a code: an unwatched browser is not enough."""
    store = visit.desk.store
    counted = visit.check_pace(visit.me.email)
    if not store.second_factor.is_right(visit.me.id, code):
        store.throttle.failed(counted)
        return _offer(visit, problem=_("This code is wrong."))
    store.second_factor.turn_off(visit.me.id)
    visit.audit("second_factor.off", visit.me.email)
    visit.tell(_("The second step is off."))
    return visit.go("/settings/second-factor")


def _offer(visit: Visit, secret: str | None = None, problem: str | None = None) -> Response:
    import pyotp

    secret = secret or pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=visit.me.email, issuer_name="socialpipe")
    return visit.page(
        "settings/second-factor.html",
        status=400 if problem else 200,
        secret=secret,
        address=address,
        picture=_qr(address),
        problem=problem,
    )


def _qr(address: str) -> str:
    """Draw it as a data address: the policy allows no inline style, and it must not be stored."""
    import segno

    return segno.make(address, error="m").svg_data_uri(scale=5, border=3, light="#fff")
