"""What will keep a waiting delivery from going out, said before its time, with the fix.

Nothing is changed or sent: credentials are tried by a call that creates nothing, the rest is
compared with the current limits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from socialpipe.engine import Engine, connect
from socialpipe.errors import PlatformError, Refused, SocialpipeError, Throttled
from socialpipe.hosting import gap
from socialpipe.inquiry import with_limits
from socialpipe.model import Channel, Limits
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform
from socialpipe.platforms.limits import limits_of
from socialpipe.schedule import forecast
from socialpipe.schedule.moment import resolve
from socialpipe.schedule.preflight import RECHECK
from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.store.checks import Case, Image
from socialpipe.text.count import problems

log = logging.getLogger(__name__)

_CHANNELS_AT_ONCE = 8  # a network that is slow to answer must not hold up the others
_SHORTEN = "Edit the post: socialpipe delivery edit {id} --text TEXT"
_AGAIN = "Queue the article again; its cards are drawn anew."
_MOVE = "Move some to another day: socialpipe queue move ID --at TIME"


@dataclass(slots=True)
class _Plans:
    """The days of each channel that exceed what it may publish; each is read once."""

    store: Store
    settings: Settings
    coming: Sequence[datetime] = ()  # what is about to be queued
    _days: dict[tuple[int, datetime], list[forecast.Excess]] = field(default_factory=dict)

    def excess(self, channel: Channel, at: datetime) -> forecast.Excess | None:
        """Return the excess of that day, if a delivery at `at` is beyond the limit."""
        zone = ZoneInfo(channel.timezone)
        today = at.astimezone(zone).date()
        start, end = (
            resolve(datetime.combine(day, time()), zone)
            for day in (today, today + timedelta(days=1))
        )
        if (channel.id, start) not in self._days:
            plan = self.store.checks.plan(channel.id, start, end)
            plan += [moment for moment in self.coming if start <= moment < end]
            self._days[channel.id, start] = forecast.excesses(plan, self._limit(channel), zone)
        return next((one for one in self._days[channel.id, start] if at >= one.since), None)

    def _limit(self, channel: Channel) -> int:
        ours = int(channel.settings.get("max_per_day", self.settings.max_per_day))
        return forecast.per_day(registry.load(channel.platform).rates, ours)


def look_over(engine: Engine, cases: Sequence[Case]) -> None:
    """Look over waiting deliveries; keep what will stop them, or that nothing does."""
    channels = {case.delivery.channel_id for case in cases}
    with ThreadPoolExecutor(_CHANNELS_AT_ONCE) as pool:
        adapters = dict(pool.map(lambda key: (key, _open(engine, key)), channels))
    plans = _Plans(engine.store, engine.settings)
    found = [(case, tuple(_warnings(engine, case, adapters, plans))) for case in cases]
    engine.store.checks.keep(found)


def known(store: Store, settings: Settings, channel: Channel, at: datetime) -> list[str]:
    """Say what speaks against a delivery on `channel` at `at`, without asking any network."""
    return _known(_Plans(store, settings), channel, at)


def foreseen(store: Store, settings: Settings, channel: Channel, at: datetime) -> list[str]:
    """Say what speaks against queueing a delivery for `at`, before it is done."""
    return _known(_Plans(store, settings, [at]), channel, at)


def _known(plans: _Plans, channel: Channel, at: datetime) -> list[str]:
    standing = [*_standing(plans.store, channel), *_ending(plans.store, channel, at)]
    return [*standing, *_quota(plans, channel, at)]


def admit(engine: Engine, channels: Iterable[Channel]) -> None:
    """Let nothing be queued that could never show its images.

    Raises Refused, naming the channel and what to do.
    """
    for channel in channels:
        platform = connect(engine, channel)
        if not platform.fetches_images or not limits_of(channel).images:
            continue
        if found := gap(engine.settings, lasting=not platform.copies_images):
            what, fix = found
            raise Refused(f"Channel {channel.name}: {platform.title} {what}", fix)


def _open(engine: Engine, channel_id: int) -> tuple[Channel, Platform | None]:
    """Open the adapter of a channel, and try its credential unless that was done lately."""
    channel = with_limits(engine, engine.store.channels.by_id(channel_id))
    try:
        platform = connect(engine, channel)
    except SocialpipeError as error:
        engine.store.checks.keep_credential(channel_id, str(error))
        return channel, None
    last = engine.store.checks.credential(channel_id)
    if last.checked_at is None or last.checked_at <= engine.store.now() - RECHECK:
        problem = _try(platform, channel, last.problem)
        engine.store.checks.keep_credential(channel_id, problem)
    return channel, platform


def _try(platform: Platform, channel: Channel, before: str | None) -> str | None:
    """Try a credential; a network that is merely busy says nothing about it."""
    try:
        platform.check()
    except Throttled:
        return before
    except PlatformError as error:
        fix = error.fix or f"Mend it, then: socialpipe channel test {channel.name}"
        return f"Channel {channel.name} would not publish now: {error.what} {fix}"
    except Exception as error:
        # An adapter that stumbles over an answer must not stop the check of the others.
        log.exception("channel %s could not be checked", channel.name)
        return (
            f"Channel {channel.name} could not be checked ({type(error).__name__}). "
            f"Try: socialpipe channel test {channel.name}"
        )
    return None


def _warnings(
    engine: Engine,
    case: Case,
    adapters: dict[int, tuple[Channel, Platform | None]],
    plans: _Plans,
) -> Iterator[str]:
    channel, platform = adapters[case.delivery.channel_id]
    yield from _standing(engine.store, channel)
    yield from _fit(case, limits_of(channel))
    yield from _ending(engine.store, channel, case.delivery.due_at)
    if platform and platform.fetches_images and case.images:
        yield from _public_media(platform, engine.settings)
    yield from _quota(plans, channel, case.delivery.due_at)


def _standing(store: Store, channel: Channel) -> Iterator[str]:
    if channel.paused:
        yield (
            f"Channel {channel.name} is paused: {channel.pause_reason}. "
            f"Mend the cause, then: socialpipe channel resume {channel.name}"
        )
    if problem := store.checks.credential(channel.id).problem:
        yield problem


def _ending(store: Store, channel: Channel, at: datetime) -> Iterator[str]:
    """Say whether the credential will be of no use by then."""
    stands = store.credentials.get(channel.id)
    if stands is None:
        return
    if stands.problem:
        yield stands.problem
    elif stands.ends_at is not None and stands.ends_at <= at:
        yield (
            f"The credential of channel {channel.name} ends on "
            f"{stands.ends_at:%Y-%m-%d %H:%M} UTC, before this is due. Connect it anew: "
            f"socialpipe channel connect {channel.platform} {channel.name}"
        )


def _fit(case: Case, limits: Limits) -> Iterator[str]:
    """Compare with the limits of today: they may have changed since it was composed."""
    fix = _SHORTEN.format(id=case.delivery.id)
    for n, text in enumerate(case.texts):
        for problem in problems(text, limits, with_image=bool(case.images) and n == 0):
            yield f"Part {n + 1}: {problem} {fix} --part {n + 1}"
    if len(case.images) > limits.images:
        yield f"It has {len(case.images)} images; {limits.images} are allowed. {_AGAIN}"
    for n, image in enumerate(case.images):
        if problem := _image_problem(image, limits):
            yield f"Image {n + 1} {problem} {_AGAIN}"


def _image_problem(image: Image, limits: Limits) -> str:
    if image.size is None:
        return "is lost."
    if image.size > limits.image_bytes:
        return f"has {image.size} bytes; {limits.image_bytes} are allowed."
    if image.mime not in limits.image_formats:
        return f"is {image.mime}; allowed: {', '.join(limits.image_formats)}."
    if limits.alt is not None and len(image.alt) > limits.alt:
        return f"has an alt text of {len(image.alt)} characters; {limits.alt} are allowed."
    return ""


def _public_media(platform: Platform, settings: Settings) -> Iterator[str]:
    if found := gap(settings, lasting=not platform.copies_images):
        yield f"{platform.title} {found[0]} {found[1]}"


def _quota(plans: _Plans, channel: Channel, at: datetime) -> Iterator[str]:
    if excess := plans.excess(channel, at):
        yield f"Channel {channel.name}: {excess} {_MOVE}"
