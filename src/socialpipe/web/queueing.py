"""From draft to queue: which channels, when, and that a post goes out exactly as it was seen."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import Response
from starlette.datastructures import FormData

from socialpipe.errors import Refused, UsageError
from socialpipe.model import Channel
from socialpipe.model.draft import Draft
from socialpipe.preflight import admit, known
from socialpipe.schedule.moment import on_wall
from socialpipe.store.intake import Order, Terms
from socialpipe.store.places import Place
from socialpipe.web import preview
from socialpipe.web.composer import options_of
from socialpipe.web.i18n import gettext as _
from socialpipe.web.i18n import ngettext, viewer
from socialpipe.web.network import engine_of
from socialpipe.web.permissions import Action
from socialpipe.web.undo import undoes
from socialpipe.web.visit import Visit
from socialpipe.web.words import said

_SLOTS = 30  # that are looked through for a free one


def choices(visit: Visit, channels: Sequence[Channel]) -> dict[str, Any]:
    """Return what the page offers: each channel's next free slot, and the zones of the times."""
    zones = dict.fromkeys([viewer().timezone, *(one.timezone for one in channels)])
    return {"free": {one.id: _free(visit, one) for one in channels}, "zones": list(zones)}


def _free(visit: Visit, channel: Channel) -> datetime | None:
    uses = visit.store.places.coming(channel, _SLOTS)
    return next((one.moment.at for one in uses if one.delivery_id is None), None)


def queue(visit: Visit, draft: Draft, form: FormData) -> Response:
    """Queue the posts of the chosen channels, as the page shows them.

    Raises Refused for posts that do not fit, and when it cannot go out then.
    """
    when = str(form.get("when", "slot"))
    visit.require(Action.PUBLISH if when == "now" else Action.PLAN)
    wanted = {int(str(key)) for key in form.getlist("queue") if str(key).isdecimal()}
    chosen = chosen_of(visit, draft, wanted)
    orders = [_order(one.channel, when, form, visit.now) for one in chosen]
    sent = send(visit, draft, chosen, orders, needs_review="review" in form)
    _tell(visit, draft, sent)
    there = _LIBRARY in visit.desk.paths
    return visit.go(f"/library/{sent.campaign_id}" if there else "/deliveries")


@dataclass(frozen=True, slots=True)
class Stood:
    """A delivery in the queue, and what is in its way."""

    channel: Channel
    id: int
    at: datetime
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Queued:
    """What a draft was queued as: a delivery for each channel."""

    campaign_id: int
    deliveries: tuple[Stood, ...]


def send(
    visit: Visit,
    draft: Draft,
    chosen: Sequence[preview.View],
    orders: Sequence[Order],
    *,
    needs_review: bool,
) -> Queued:
    """Queue posts exactly as they were seen.

    Raises Refused when the draft was changed since, or is queued already.
    """
    admit(engine_of(visit), [one.channel for one in chosen])
    campaign_id, ids = visit.store.drafts.queue(
        draft,
        orders,
        {one.channel.id: one.frozen() for one in chosen},
        terms=Terms.of(visit.desk.settings, needs_review=needs_review),
        options=asdict(options_of(visit.store, draft)),
        actor=visit.actor,
    )
    visit.audit("draft.queue", draft.title, f"campaign {campaign_id}")
    told = (queued(visit, one.channel, key) for one, key in zip(chosen, ids, strict=True))
    return Queued(campaign_id, tuple(told))


def queued(visit: Visit, channel: Channel, key: int) -> Stood:
    """Look where a delivery has come to stand."""
    at = visit.store.deliveries.get(key).wanted_at
    return Stood(channel, key, at, known(visit.store, visit.desk.settings, channel, at))


_LIBRARY = "/library/{campaign_id}"


def chosen_of(visit: Visit, draft: Draft, wanted: Container[int]) -> list[preview.View]:
    """Return the posts of some channels, ready to go out.

    Raises Refused when there is none, or one that does not fit.
    """
    found = preview.views(visit.store, visit.desk.easel, draft)
    chosen = [one for one in found if one.channel.id in wanted]
    if not chosen:
        raise Refused(_("No channel is chosen."), _("Choose where it shall go out."))
    for one in chosen:
        if not one.fits:
            what = _("This post does not fit yet: %(name)s") % {"name": one.channel.name}
            raise Refused(what, _("Use Fit, or shorten it."))
    return chosen


def _order(channel: Channel, when: str, form: FormData, now: datetime) -> Order:
    if when == "now":
        return Order(channel, now)
    if when != "at":
        return Order(channel, now, Place.NEXT)
    zone = str(form.get("zone", "")) or channel.timezone
    try:
        wall = datetime.fromisoformat(str(form.get("at", "")))
        ZoneInfo(zone)
    except (ValueError, KeyError, OSError):
        raise UsageError(_("Say at which time."), _("Choose a day and a time.")) from None
    moment = on_wall(wall.replace(tzinfo=None), zone)
    if moment.at < now.replace(second=0, microsecond=0):
        raise Refused(_("This time is past."), _("Choose a time to come."))
    return Order(channel, moment.at, wall=moment.wall, zone=moment.zone)


def _tell(visit: Visit, draft: Draft, sent: Queued) -> None:
    n = len(sent.deliveries)
    text = ngettext("%(n)s post is queued.", "%(n)s posts are queued.", n) % {"n": n}
    visit.tell(text, undo=("draft.queue", {"id": draft.id}))
    for one in sent.deliveries:
        for warning in one.warnings:
            visit.tell(f"{one.channel.name}: {said(warning)}", tone="info")


@undoes("draft.queue", Action.PLAN)
def _unqueue(visit: Visit, values: dict[str, int]) -> str:
    count = visit.store.drafts.unqueue(values["id"], visit.actor)
    told = ngettext(
        "%(n)s post is taken back; the draft is open again.",
        "%(n)s posts are taken back; the draft is open again.",
        count,
    )
    return told % {"n": count}
