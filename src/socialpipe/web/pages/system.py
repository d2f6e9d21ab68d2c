"""The system: who works, what waits, what is used up, what ends soon, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from socialpipe import checkup
from socialpipe.checkup import Backstage, Finding, Spent
from socialpipe.errors import SocialpipeError
from socialpipe.model import Channel, State
from socialpipe.store.credentials import Standing
from socialpipe.store.trends import Trends
from socialpipe.web.auth import may
from socialpipe.web.live import News
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = APIRouter()

_EVERY = 5.0  # s
_CHECKS = {
    "roles": checkup.roles,
    "channels": checkup.channels,
    "hooks": checkup.hooks,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A channel, and what is known of its credential, budgets and breaker."""

    channel: Channel
    standing: Standing | None
    spent: tuple[Spent, ...] = ()
    shut_for: timedelta | None = None


@router.get("/system")
def index(visit: Annotated[Visit, may(Action.SEE_SYSTEM)]) -> Response:
    """Show how everything stands."""
    with visit.together():
        return visit.page("system/index.html", **_measured(visit))


@router.get("/system/live")
def live(visit: Annotated[Visit, may(Action.SEE_SYSTEM)]) -> StreamingResponse:
    """Keep it up to date."""

    def render(news: News) -> str:
        measured = news.once("system", lambda: _measured(visit))
        return visit.text("system/live.html", **measured)

    return visit.stream("system", render, every=_EVERY)


def _measured(visit: Visit) -> dict[str, Any]:
    version, store = visit.version, visit.store
    taken, counts = store.measures.take(), store.deliveries.counts()
    late_after = timedelta(seconds=visit.desk.settings.late_after)
    return {
        "version": version,
        "alive": store.heartbeats.alive(),
        "ages": {role: timedelta(seconds=age) for role, age in taken.heartbeats.items()},
        "queues": taken.queues,
        "lag": timedelta(seconds=taken.due_not_claimed),
        "counts": counts,
        "uncertain": counts.get(State.UNCERTAIN, 0),
        "trend": Trends(store.database).day(late_after),
        "lines": list(_lines(visit)),
        "findings": sorted(_findings(visit), key=lambda one: one.ok),
        "points": points,
    }


def _lines(visit: Visit) -> Iterator[Line]:
    channels, stands = visit.store.channels.all(), visit.store.credentials.all()
    shut, spent = _asked(visit, channels)
    for channel in channels:
        left = shut.get(channel.platform)
        pause = timedelta(seconds=left) if left else None
        yield Line(channel, stands.get(channel.id), tuple(spent.get(channel.id, ())), pause)


def _asked(
    visit: Visit, channels: Sequence[Channel]
) -> tuple[Mapping[str, float], Mapping[int, Sequence[Spent]]]:
    """Ask for breakers by platform and budgets by channel; none where the broker is away."""
    if backstage := _backstage(visit):
        with suppress(SocialpipeError):  # it is said among the findings
            shut = backstage.breakers({channel.platform for channel in channels})
            return shut, backstage.budgets(channels)
    return {}, {}


def _findings(visit: Visit) -> Iterator[Finding]:
    for name, check in _CHECKS.items():
        try:
            yield from check(name, visit.store)
        except SocialpipeError as error:
            yield Finding(name, ok=False, text=error.what, fix=error.fix)
    if backstage := _backstage(visit):
        try:
            yield Finding("redis", ok=True, text=f"version {backstage.version()}")
        except SocialpipeError as error:
            yield Finding("redis", ok=False, text=error.what, fix=error.fix)


def _backstage(visit: Visit) -> Backstage | None:
    found: Backstage | None = None
    with suppress(AttributeError):  # whoever started this process had none to offer
        found = visit.request.app.state.backstage
    return found


def points(values: list[int], width: int = 160, height: int = 32) -> str:
    """Return the corners of a sparkline: the highest value touches the top."""
    top, step = max(*values, 1), width / (len(values) - 1)
    return " ".join(
        f"{n * step:.1f},{height - 2 - value / top * (height - 4):.1f}"
        for n, value in enumerate(values)
    )
