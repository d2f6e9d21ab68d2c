"""A delivery in somebody's hands: what it says, and what is known of its calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from socialpipe.model import Card, Channel, Delivery, Json, Post, Receipt
from socialpipe.store.rows import to_receipt


@dataclass(frozen=True, slots=True)
class Step:
    """One call that creates something: when it first went out, and its answer if there was one."""

    sent_at: datetime
    result: Json | None


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery in a worker's (or the keeper's) hands."""

    delivery: Delivery
    channel: Channel
    post: Post
    steps: dict[str, Step]  # mirrors the table: what went out, and what was answered
    frozen_at: datetime
    actor: str
    sealed: bytes  # the channel's credentials, as they were when it came into these hands
    unwritten: set[str] = field(default_factory=set)  # answers that wait for the outcome
    announced: set[str] = field(default_factory=set)  # calls written down that go out any moment

    @property
    def calls(self) -> tuple[str, ...]:
        """Name the calls that readers see the effect of, in order."""
        parts = tuple(part_name(n) for n in range(len(self.post.parts)))
        return (*parts, COMMENT) if self.post.first_comment else parts

    @property
    def unknown(self) -> str | None:
        """Name the call that went out and has no answer, if there is one."""
        return next(
            (name for name in self.calls if name in self.steps and not self.done(name)), None
        )

    def repeats(self, name: str) -> bool:
        """Whether a call of this name went out before, at this try or another."""
        return name in self.steps and name not in self.announced

    @property
    def is_under_way(self) -> bool:
        """Whether a call that readers see the effect of was made, or is this moment."""
        return any(name in self.steps and name not in self.announced for name in self.calls)

    @property
    def out(self) -> int:
        """Count the parts that are known to be published."""
        return sum(self.receipt(n) is not None for n in range(len(self.post.parts)))

    @property
    def whole(self) -> bool:
        """Whether every part is published, whatever became of the comment."""
        return self.out == len(self.post.parts)

    def done(self, name: str) -> Receipt | None:
        """Return what the network answered to a call, if it did."""
        known = self.steps.get(name)
        return to_receipt(known.result) if known else None

    def receipt(self, n: int) -> Receipt | None:
        """Return the receipt of part n, if it is known to be published."""
        return self.done(part_name(n))

    def cards(self, n: int) -> tuple[Card, ...]:
        """Return the images that go with part n: all of them with the first."""
        return self.post.cards if n == 0 else ()


COMMENT = "comment"  # the step that writes our own first comment, after the last part


def part_name(n: int) -> str:
    """Name the step that creates part n."""
    return f"part {n}"
