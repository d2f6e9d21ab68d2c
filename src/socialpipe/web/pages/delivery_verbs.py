"""What operators do to deliveries, one or many: retry, cancel; and how that is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from socialpipe.errors import Refused
from socialpipe.model import Json, State
from socialpipe.schedule.moment import Moment
from socialpipe.store.restores import Restores
from socialpipe.web.auth import may
from socialpipe.web.i18n import gettext as _
from socialpipe.web.local import local_path
from socialpipe.web.permissions import Action
from socialpipe.web.undo import undoes
from socialpipe.web.visit import Visit
from socialpipe.web.words import said

router = APIRouter()

_UNDO_TIME = timedelta(seconds=10)  # as long as a toast is shown
_Ids = Annotated[list[int], Form(max_length=500)]
_Next = Annotated[str, Form(alias="next")]


@router.post("/deliveries/{delivery_id}/retry")
def retry(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: int) -> Response:
    """Try one again."""
    before = visit.store.deliveries.get(delivery_id).state
    _retry(visit, delivery_id)
    visit.tell(_("It is tried again in 10 seconds."), undo=_undo("retry", {delivery_id: before}))
    return visit.go(f"/deliveries/{delivery_id}")


@router.post("/deliveries/{delivery_id}/cancel")
def cancel(visit: Annotated[Visit, may(Action.OPERATE)], delivery_id: int) -> Response:
    """Take one back before it goes out."""
    before = visit.store.deliveries.get(delivery_id).state
    visit.store.deliveries.cancel(delivery_id, visit.actor)
    visit.tell(_("Cancelled."), undo=_undo("cancel", {delivery_id: before}))
    return visit.go(f"/deliveries/{delivery_id}")


@router.post("/deliveries/retry")
def retry_some(
    visit: Annotated[Visit, may(Action.OPERATE)], ids: _Ids, then: _Next = "/deliveries"
) -> Response:
    """Try several again."""
    done = _each(visit, ids, lambda key: _retry(visit, key))
    told = _("Tried again: %(num)s") % {"num": len(done)}
    visit.tell(told, undo=_undo("retry", done) if done else None)
    return visit.go(local_path(then))


@router.post("/deliveries/cancel")
def cancel_some(
    visit: Annotated[Visit, may(Action.OPERATE)], ids: _Ids, then: _Next = "/deliveries"
) -> Response:
    """Take several back."""
    done = _each(visit, ids, lambda key: visit.store.deliveries.cancel(key, visit.actor))
    told = _("Cancelled: %(num)s") % {"num": len(done)}
    visit.tell(told, undo=_undo("cancel", done) if done else None)
    return visit.go(local_path(then))


@undoes("delivery.cancel", Action.OPERATE)
def _restore(visit: Visit, values: Json) -> str:
    restores = Restores(visit.store.database)
    for key, before in values["before"].items():
        restores.restore(int(key), State(before), visit.actor)
    return _("Undone.")


@undoes("delivery.retry", Action.OPERATE)
def _stop(visit: Visit, values: Json) -> str:
    """Put what was to be tried again back to where it was, unless a worker has it by now."""
    for key in values["before"]:
        visit.store.deliveries.cancel(int(key), visit.actor)
    return _restore(visit, values)


def _retry(visit: Visit, delivery_id: int) -> None:
    """Try again as soon as nobody can take that back any more."""
    visit.store.deliveries.retry(delivery_id, visit.actor)
    moment = Moment(visit.store.now() + _UNDO_TIME)
    with suppress(Refused):  # a dispatcher was faster: then it goes out at once
        visit.store.moves.move(delivery_id, moment, visit.actor)


def _each(visit: Visit, ids: Sequence[int], verb: Callable[[int], None]) -> dict[int, State]:
    """Do it to each that takes it; say of the others why not. Return what they were before.

    Raises NotFound for one that is not there.
    """
    done: dict[int, State] = {}
    for key, before in {key: visit.store.deliveries.get(key).state for key in ids}.items():
        try:
            verb(key)
        except Refused as error:
            visit.tell(said(error.what), tone="bad")
        else:
            done[key] = before
    return done


def _undo(verb: str, before: dict[int, State]) -> tuple[str, Json]:
    return f"delivery.{verb}", {"before": {str(key): state for key, state in before.items()}}
