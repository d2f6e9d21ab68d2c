"""What besides a delivery itself decides whether it goes out: for whoever explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from socialpipe.model import Delivery
from socialpipe.schedule import quiet
from socialpipe.schedule.explain import Circumstances

if TYPE_CHECKING:
    from socialpipe.store import Store


def around(store: Store, one: Delivery) -> Circumstances:
    """Say what surrounds a delivery now."""
    channel = store.channels.by_id(one.channel_id)
    hush, zone = quiet.of(channel.settings), ZoneInfo(channel.timezone)
    return Circumstances(
        frozen=store.switches.frozen(),
        pause_reason=channel.pause_reason,
        quiet_until=quiet.quiet_until(hush, zone, one.due_at) if hush else None,
        paced_until=store.channels.not_before(one.channel_id),
        running=store.heartbeats.alive()["dispatcher"] > 0,
    )
