"""What may be wrong with an installation, and how to mend it: for the doctor and the system page.

Nothing here asks a network or changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from socialpipe.schedule import expiry

if TYPE_CHECKING:
    from socialpipe.model import Channel
    from socialpipe.store import Store
    from socialpipe.store.credentials import Standing

_FAILED, _DENIED = 1, 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `code`: the exit code that it is worth to a command."""

    check: str
    ok: bool
    text: str
    fix: str = ""
    code: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """A rate budget, `count` posts in `period` seconds, and how much is used up: from 0 to 1."""

    count: int
    period: float
    share: float


class Backstage(Protocol):
    """The broker, and the rate budgets and circuit breakers that it keeps.

    Each raises TryAgain when it cannot be reached.
    """

    def version(self) -> str:
        """Return the broker's version."""
        ...

    def breakers(self, platforms: Iterable[str]) -> Mapping[str, float]:
        """Return for how many seconds calls to platforms are paused; 0: they are not."""
        ...

    def budgets(self, channels: Iterable[Channel]) -> Mapping[int, Sequence[Spent]]:
        """Return how much of the rate budgets of channels is used up, by the channel's id."""
        ...


def database(name: str, store: Store) -> Iterator[Finding]:
    """Say what the database is."""
    total = sum(store.deliveries.counts().values())
    kind = "SQLite" if store.database.is_sqlite else "PostgreSQL"
    yield Finding(name, ok=True, text=f"{kind}, {total} deliveries")


def roles(name: str, store: Store) -> Iterator[Finding]:
    """Say which roles nobody runs."""
    missing = [role for role, count in store.heartbeats.alive().items() if not count]
    if missing:
        text = f"not running: {', '.join(missing)}"
        yield Finding(name, ok=False, text=text, fix="Start them: socialpipe up")
    else:
        yield Finding(name, ok=True, text="all running")


def channels(name: str, store: Store) -> Iterator[Finding]:
    """Say which channels do not publish, and whose credentials end.

    Raises SocialpipeError when the credentials cannot be opened.
    """
    store.channels.check_secrets()
    found, stands, now = store.channels.all(), store.credentials.all(), store.now()
    for channel in found:
        if channel.paused:
            fix = f"Mend the cause, then: socialpipe channel resume {channel.name}"
            text = f"{channel.name} is paused: {channel.pause_reason}"
            yield Finding(name, ok=False, text=text, fix=fix)
        for one in _standing(channel, stands.get(channel.id), now):
            if not one.ok:
                yield Finding(name, ok=False, text=f"{channel.name}: {one.text}", fix=one.fix)
    yield Finding(name, ok=True, text=f"{len(found)} connected")


def hooks(name: str, store: Store) -> Iterator[Finding]:
    """Say which hooks are switched off."""
    found = store.hooks.all()
    for hook in found:
        if hook.disabled_at is not None:
            text = f"hook {hook.id} to {hook.url} is disabled: {hook.note}"
            fix = f"Mend what it posts to, then: socialpipe hook enable {hook.id}"
            yield Finding(name, ok=False, text=text, fix=fix)
    yield Finding(name, ok=True, text=f"{len(found)} registered")


def standing_of(store: Store, channel: Channel) -> Iterator[Finding]:
    """Say when the credential ends, and whether anything renews it."""
    yield from _standing(channel, store.credentials.get(channel.id), store.now())


def _standing(channel: Channel, stands: Standing | None, now: datetime) -> Iterator[Finding]:
    if stands is None:
        return
    again = f"socialpipe channel connect {channel.platform} {channel.name}"
    if stands.problem:
        yield Finding("renewal", ok=False, text=stands.problem, code=_DENIED)
    if stands.ends_at is not None:
        lead = expiry.lead(stands.ends_at, now)
        text = f"the credential {expiry.left(stands.ends_at, now)} ({stands.ends_at:%Y-%m-%d})"
        code = 0 if lead is None else (_DENIED if lead == 0 else _FAILED)
        fix = "" if lead is None else f"Connect it anew: {again}"
        yield Finding("expiry", ok=lead is None, text=text, fix=fix, code=code)
    elif stands.renew_at is not None:
        text = f"the credential renews itself, next on {stands.renew_at:%Y-%m-%d %H:%M} UTC"
        yield Finding("expiry", ok=True, text=text)
    elif not stands.problem:
        yield Finding("expiry", ok=True, text="the credential does not end by time")
