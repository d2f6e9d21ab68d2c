"""What of a delivery's story is told to hooks, and under which name. Pure."""

from __future__ import annotations

from enum import StrEnum

from socialpipe.model import State


class Topic(StrEnum):
    """A kind of news that a hook may listen to."""

    PUBLISHED = "published"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # it may be out; socialpipe looks, or a person must
    MISSED = "missed"
    LATE = "late"  # published, but long after it was wanted
    HELD = "held"  # it waits for a person's approval
    ALTERED = "altered"  # published, but the network shows another text than was sent
    DELETED = "deleted"  # taken down after it was published
    WARNED = "warned"  # it will not go out unless something is mended
    CANCELLED = "cancelled"
    EXPIRING = "expiring"  # of a channel: its credential ends soon, and nothing renews it
    DISCONNECTED = "disconnected"  # of a channel: its network renews the credential no more


_OF_STATE = {
    State.PUBLISHED: Topic.PUBLISHED,
    State.FAILED: Topic.FAILED,
    State.UNCERTAIN: Topic.UNCERTAIN,
    State.MISSED: Topic.MISSED,
    State.IN_REVIEW: Topic.HELD,
    State.CANCELLED: Topic.CANCELLED,
}


def topic_of(before: State | None, after: State) -> Topic | None:
    """Name the news of a transition; None: it is no news, or it is known already."""
    return None if before is after else _OF_STATE.get(after)
