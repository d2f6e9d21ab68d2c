"""How an uncertain delivery gets certain, by what its platform offers. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from socialpipe.model import Recovery

_MISSES_PROVE_ABSENCE = 2
_KEY_MARGIN = timedelta(minutes=1)  # a replay must reach the network before its key expires
_SET_BACK = -timedelta(minutes=1)  # a call that went out later than now: the clock was set back


class Verdict(StrEnum):
    """What follows when a look at the platform did not find the post."""

    REPLAY = "replay"  # the same request with the same key creates no twin
    LOOK_AGAIN = "look again"
    ABSENT = "absent"  # proven: it may be sent afresh
    PERSON = "person"  # only a person can tell


@dataclass(frozen=True, slots=True)
class Look:
    """One look that found nothing: how often that happened now, and since when it is unknown."""

    misses: int
    sent_at: datetime
    now: datetime


def key_holds(recovery: Recovery, sent_at: datetime, now: datetime) -> bool:
    """Whether the platform still honours the key of a call that first went out at `sent_at`."""
    lifetime = recovery.key_lifetime
    return lifetime is not None and _SET_BACK < now - sent_at < lifetime - _KEY_MARGIN


def verdict(recovery: Recovery, look: Look) -> Verdict:
    """Decide what follows a look that found nothing."""
    if key_holds(recovery, look.sent_at, look.now):
        return Verdict.REPLAY
    if not recovery.read_back:
        return Verdict.PERSON
    return Verdict.ABSENT if look.misses >= _MISSES_PROVE_ABSENCE else Verdict.LOOK_AGAIN
