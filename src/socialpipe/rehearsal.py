"""A rehearsal: the coming days, played on a copy of the store against stand-in networks.

Engine, adapters, gates and keeper are the real ones; only the clock runs ahead, and every channel
leads to the simulator. Nothing reaches a network, nothing of the store is changed.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.hosting import is_set_up
from socialpipe.model import Delivery, State
from socialpipe.platforms.http import Http
from socialpipe.platforms.limits import limits_of
from socialpipe.preflight import known
from socialpipe.schedule.lateness import spoken
from socialpipe.settings import Settings
from socialpipe.simulator import Simulator
from socialpipe.simulator.networks import load as stand_ins
from socialpipe.store import Store
from socialpipe.store.database import Database
from socialpipe.store.places import MOVABLE
from socialpipe.store.schema import channel
from socialpipe.store.transfer import copy
from socialpipe.worker.keeper import Keeper

_TICK = timedelta(hours=1)  # the keeper looks ahead so far: it must see each
_STUCK = timedelta(minutes=1)  # something holds back what is due: try again then
_TOLERANCE = timedelta(minutes=1)  # later than this after its time is worth a word
_AGES = timedelta(days=3650)
_HASH = re.compile(r"([0-9a-f]{64})\.")
_HOST = "https://media.invalid"  # never asked: the stand-ins take images from the copy

Progress = Callable[[datetime], None]


class Verdict(StrEnum):
    """How a delivery fares."""

    FINE = "fine"
    LATE = "late"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would happen to a delivery, and why it is no better."""

    delivery: Delivery
    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Foreseen:
    """A delivery as it came into sight, and what spoke against it then."""

    delivery: Delivery
    problems: tuple[str, ...]


class _Clock:
    """Runs only when it is told to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def rehearse(store: Store, settings: Settings, span: timedelta, tell: Progress) -> list[Outcome]:
    """Play the time from now to `span` later; return how each delivery due by then would fare.

    `store` sees all workspaces; it is read, not changed. `tell` hears how far the clock is.
    """
    clock = _Clock(store.now())
    until = clock.now + span
    with (
        tempfile.TemporaryDirectory(prefix="socialpipe-rehearsal-") as folder,
        _stage(store, settings, Path(folder), clock) as engine,
    ):
        return _play(engine, clock, until, tell)


@contextmanager
def _stage(store: Store, settings: Settings, folder: Path, clock: _Clock) -> Iterator[Engine]:
    """Set up the copy, the stand-ins and an engine between them."""
    database = Database(f"sqlite:///{folder / 'copy.db'}", clock)
    copy(store.database, database, lambda *_: None)
    http = Http(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        allow_private_hosts=True,
    )
    played = Store(settings, database)
    with Simulator(fetch=lambda url: _image(played, url)) as simulator:
        _lead_to(played, simulator)
        yield Engine(played, _apart(settings), http, "rehearsal", chance=lambda: 0.0)
    played.close()


def _apart(settings: Settings) -> Settings:
    """Keep images away from the real bucket and the real web role."""
    host = _HOST if is_set_up(settings) else None
    return settings.model_copy(
        update={"s3_bucket": None, "public_media_base_url": host, "allow_private_hosts": True}
    )


def _image(store: Store, url: str) -> bytes | None:
    found = _HASH.search(url)
    return store.images.get(found[1]) if found else None


def _lead_to(store: Store, simulator: Simulator) -> None:
    """Let every channel call its stand-in, with credentials that nothing outside would take.

    Its own server's limits stay: the engine knows them, and the stand-in is not asked.
    """
    names, forever = set(stand_ins()), store.now() + _AGES
    for one in store.channels.all():
        base = simulator.base(one.platform) if one.platform in names else None
        if base:
            network = simulator.networks[one.platform]
            network.room = max(network.room, limits_of(one).text)
        secrets = store.channels.secrets(one.id)
        secrets.pop("refresh_token", None)
        sealed = store.vault.seal(secrets)
        values = {"api_base": base, "secrets": sealed, "session": None, "limits_at": forever}
        with store.database.write() as connection:
            connection.execute(sa.update(channel).where(channel.c.id == one.id).values(values))


def _play(engine: Engine, clock: _Clock, until: datetime, tell: Progress) -> list[Outcome]:
    _prepare(engine)
    keeper = Keeper(engine)
    keeper.round()
    foreseen: dict[int, _Foreseen] = {}
    if (frozen := engine.store.switches.frozen()) is not None:
        return [_frozen(one, frozen) for one in _coming(engine, until)]
    while clock.now < until:
        _foresee(engine, until, foreseen)
        _publish(engine)
        clock.now = _next(engine, clock.now, until)
        keeper.round()
        tell(clock.now)
    return [_outcome(engine.store, one) for one in foreseen.values()]


def _prepare(engine: Engine) -> None:
    """Compose and draw what is not yet, as workers would at once."""
    lease = timedelta(hours=1)
    while work := engine.store.campaigns.claim(10, lease):
        for campaign_id, fence in work:
            pipeline.prepare(engine, campaign_id, fence)


def _publish(engine: Engine) -> None:
    while claimed := engine.store.claims.claim(timedelta(0), engine.actor):
        for one in claimed:
            pipeline.deliver(engine, one.id, one.fence)


def _next(engine: Engine, now: datetime, until: datetime) -> datetime:
    """Return when something happens next."""
    due = engine.store.claims.next_due()
    if due is not None and due <= now:
        due = now + _STUCK
    return min(until, now + _TICK, due or until)


def _coming(engine: Engine, until: datetime) -> list[Delivery]:
    waiting = engine.store.deliveries.find(states=(*MOVABLE, State.CLAIMED), limit=100_000)
    return [one for one in waiting if one.wanted_at <= until]


def _foresee(engine: Engine, until: datetime, foreseen: dict[int, _Foreseen]) -> None:
    """Keep what is known beforehand against each delivery that has come into sight."""
    channels = {one.id: one for one in engine.store.channels.all()}
    for one in _coming(engine, until):
        if one.id not in foreseen:
            owner = channels[one.channel_id]
            said = known(engine.store, engine.settings, owner, one.wanted_at)
            foreseen[one.id] = _Foreseen(one, tuple(said))


def _frozen(one: Delivery, reason: str) -> Outcome:
    return Outcome(one, Verdict.FAILS, (f"everything is frozen: {reason}",))


def _outcome(store: Store, foreseen: _Foreseen) -> Outcome:
    found = store.deliveries.get(foreseen.delivery.id)
    found = replace(found, wanted_at=foreseen.delivery.wanted_at)  # gates may have moved it
    if found.state is not State.PUBLISHED or found.published_at is None:
        return Outcome(found, Verdict.FAILS, (*foreseen.problems, _why_not(found)))
    late = found.published_at - found.wanted_at
    if foreseen.problems:
        return Outcome(found, Verdict.FAILS, foreseen.problems)
    if late > _TOLERANCE:
        return Outcome(found, Verdict.LATE, (f"{spoken(late)} late: {_held_by(store, found)}",))
    return Outcome(found, Verdict.FINE, ())


def _why_not(found: Delivery) -> str:
    if found.state in {State.IN_REVIEW, State.DRAFT} and not found.reason:
        return "it waits for approval"
    return f"it would be {found.state}: {found.reason or 'its time has not come'}"


def _held_by(store: Store, found: Delivery) -> str:
    """Return the last reason for which it was put off."""
    texts = [
        one.text
        for one in store.deliveries.events(found.id)
        if one.to_state is State.SCHEDULED and one.from_state is State.CLAIMED
    ]
    return texts[-1] if texts else "others of its channel went first"
