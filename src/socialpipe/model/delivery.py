"""Deliveries: getting one post out on one channel at one time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from socialpipe.model.platform import Receipt


class State(StrEnum):
    """Where a delivery stands."""

    DRAFT = "draft"  # queued; a worker has yet to compose and draw it
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"  # waits for its time
    CLAIMED = "claimed"  # a dispatcher has sent the message for it
    PUBLISHING = "publishing"  # the intent is committed; a call may be under way
    PUBLISHED = "published"
    UNCERTAIN = "uncertain"  # it may be out; never blindly retried
    FAILED = "failed"
    CANCELLED = "cancelled"
    MISSED = "missed"  # its time passed beyond the grace

    @property
    def final(self) -> bool:
        """Whether nothing moves it any more without a person."""
        return self in {State.PUBLISHED, State.FAILED, State.CANCELLED, State.MISSED}


class OnMiss(StrEnum):
    """What becomes of a delivery whose time has passed by more than its grace."""

    PUBLISH = "publish"  # late is better than never
    HOLD = "hold"  # a person decides
    NEXT = "next"  # it takes the channel's next free slot
    SKIP = "skip"  # it is missed


@dataclass(frozen=True, slots=True)
class Channel:
    """One connected account on a platform. Secrets stay in the store."""

    id: int
    name: str
    platform: str
    api_base: str | None
    settings: Mapping[str, str]
    timezone: str
    paused: bool = False
    pause_reason: str | None = None
    limits: Mapping[str, int] = field(default_factory=dict)  # its server's own, by field of Limits
    limits_at: datetime | None = None  # when its server was asked for them


@dataclass(frozen=True, slots=True)
class Delivery:
    """Getting one post out on one channel at one time. All times are aware, UTC."""

    id: int
    campaign_id: int
    channel_id: int
    channel: str
    platform: str
    title: str
    state: State
    due_at: datetime
    wanted_at: datetime
    attempt: int
    max_attempts: int
    fence: int
    key: str
    grace: timedelta
    on_miss: OnMiss = OnMiss.HOLD
    local_due: str | None = None  # naive wall time, ISO 8601, that `wanted_at` comes from …
    tz: str | None = None  # … and its zone
    in_slot: bool = False
    not_before: datetime | None = None
    expires_at: datetime | None = None
    recurrence_id: int | None = None
    approved: bool = False
    needs_review: bool = False
    reason: str | None = None
    warnings: tuple[str, ...] = ()  # what will keep it from going out, each with its fix
    lease_until: datetime | None = None
    frozen_at: datetime | None = None
    look_at: datetime | None = None
    misses: int = 0
    published_at: datetime | None = None
    deleted_at: datetime | None = None  # taken down after it was published
    receipt: Receipt | None = None
    channel_paused: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One transition of a delivery, or something worth knowing about it."""

    at: datetime
    from_state: State | None
    to_state: State
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, with its answer. `outcome` is a class name of `errors` or "Published"."""

    n: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    detail: str | None
