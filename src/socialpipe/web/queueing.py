"""From draft to queue: which channels, when, and that a post goes out exactly as it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import Response
from starlette.datastructures import FormData

from socialpipe.engine import Engine
from socialpipe.errors import Refused, UsageError
from socialpipe.model import Channel
from socialpipe.model.draft import Draft
from socialpipe.platforms.http import Http
from socialpipe.preflight import admit, known
from socialpipe.schedule.moment import on_wall
from socialpipe.store.intake import Order, Terms
from socialpipe.store.places import Place
from socialpipe.web import preview
from socialpipe.web.composer import options_of
from socialpipe.web.i18n import gettext as _
from socialpipe.web.i18n import ngettext, viewer
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
    chosen = _chosen(visit, draft, {str(key) for key in form.getlist("queue")})
    orders = [_order(one.channel, when, form, visit.now) for one in chosen]
    admit(_engine(visit), [one.channel for one in chosen])
    terms = Terms.of(visit.desk.settings, needs_review="review" in form)
    campaign_id, ids = visit.store.drafts.queue(
        draft,
        orders,
        {one.channel.id: one.frozen() for one in chosen},
        terms=terms,
        options=asdict(options_of(visit.store, draft)),
        actor=visit.actor,
    )
    _tell(visit, draft, chosen, ids)
    visit.audit("draft.queue", draft.title, f"campaign {campaign_id}")
    return visit.go(f"/library/{campaign_id}" if _LIBRARY in visit.desk.paths else "/deliveries")


_LIBRARY = "/library/{campaign_id}"


def _chosen(visit: Visit, draft: Draft, wanted: set[str]) -> list[preview.View]:
    found = preview.views(visit.store, visit.desk.easel, draft)
    chosen = [one for one in found if str(one.channel.id) in wanted]
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


def _engine(visit: Visit) -> Engine:
    settings = visit.desk.settings
    http = Http(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        allow_private_hosts=settings.allow_private_hosts,
    )
    return Engine(visit.store, settings, http, visit.actor)


def _tell(visit: Visit, draft: Draft, chosen: Sequence[preview.View], ids: Sequence[int]) -> None:
    n = len(ids)
    text = ngettext("%(n)s post is queued.", "%(n)s posts are queued.", n) % {"n": n}
    visit.tell(text, undo=("draft.queue", {"id": draft.id}))
    for one, key in zip(chosen, ids, strict=True):
        at = visit.store.deliveries.get(key).wanted_at
        for warning in known(visit.store, visit.desk.settings, one.channel, at):
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
