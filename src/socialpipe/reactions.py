"""What became of what is out: its numbers are read back, and go to the reports.

Reading is never worth a publication: it has a small budget of its own, waits while a network is in
trouble, and what goes wrong is only put off.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from socialpipe.engine import Engine, Refusal, connect
from socialpipe.errors import PlatformError, Rejected, SocialpipeError, Throttled, Unauthorized
from socialpipe.model import Channel, Metrics, Receipt
from socialpipe.model.metrics import of_thread
from socialpipe.platforms import registry
from socialpipe.platforms.base import Gone, Platform
from socialpipe.schedule.readings import pause
from socialpipe.store.readings import Due

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
_GONE = {404, 410}


def wanted(channel: Channel) -> bool:
    """Whether the numbers of a channel are read; `metrics=no` says that they are not."""
    return channel.settings.get("metrics") != "no"


def read_back(engine: Engine, due: Due) -> None:
    """Read the numbers of one delivery that was taken, or say when to try again."""
    if not wanted(due.channel):
        engine.store.readings.skip(due)
        return
    try:
        told = _told(engine, due)
    except Rejected as error:
        log.info("delivery %d: %s", due.delivery_id, error)
        engine.store.readings.skip(due)
    except PlatformError as error:
        log.info("channel %s: %s", due.channel.name, error)
        engine.store.readings.hold(due.channel.id, _wait(error))
    except SocialpipeError as error:  # such as a channel whose platform is no longer installed
        log.warning("delivery %d: %s", due.delivery_id, error)
        engine.store.readings.skip(due)
    else:
        _keep(engine, due, told)


def _keep(engine: Engine, due: Due, told: Metrics | None) -> None:
    if told is None:
        why = "it is not on its network any more: its numbers are read no longer"
        engine.store.readings.stop(due, why, engine.actor)
    else:
        engine.store.readings.keep(due, told)


def _told(engine: Engine, due: Due) -> Metrics | None:
    """Ask the network; None: nothing of the post is there any more.

    Raises PlatformError.
    """
    kind = registry.load(due.channel.platform)
    if kind.metrics is Platform.metrics or not due.receipts:
        return Metrics()
    if refusal := _refusal(engine, due):
        raise Throttled(refusal.reason, seconds=refusal.seconds)
    # Unwatched: the limits that X has for reading must not shut the way for publications.
    platform = connect(replace(engine, traffic=None), due.channel)
    parts = [part for one in due.receipts if (part := _part(platform, one)) is not None]
    return of_thread(parts, due.own_replies) if parts else None


def _part(platform: Platform, receipt: Receipt) -> Metrics | None:
    """Ask for one part; None: it is not there any more."""
    try:
        return platform.metrics(receipt)
    except Gone:
        return None
    except Rejected as no:
        if no.status in _GONE:
            return None
        raise


def _refusal(engine: Engine, due: Due) -> Refusal | None:
    traffic = engine.traffic
    return traffic.ask_to_read(due.channel, len(due.receipts)) if traffic else None


def _wait(error: PlatformError) -> timedelta:
    seconds = error.seconds if isinstance(error, Throttled) else None
    return pause(seconds, unauthorized=isinstance(error, Unauthorized))
