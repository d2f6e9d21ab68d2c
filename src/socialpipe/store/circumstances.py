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
    with store.database.together():
        channel, paced_until = store.channels.paced(one.channel_id)
        frozen, alive = store.switches.frozen(), store.heartbeats.alive()
    hush, zone = quiet.of(channel.settings), ZoneInfo(channel.timezone)
    return Circumstances(
        frozen=frozen,
        pause_reason=channel.pause_reason,
        quiet_until=quiet.quiet_until(hush, zone, one.due_at) if hush else None,
        paced_until=paced_until,
        running=alive["dispatcher"] > 0,
    )
