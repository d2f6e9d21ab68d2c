"""Who takes which place: pushing in at the head, flowing into changed slots, shuffling. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from socialpipe.schedule.moment import Moment


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery that waits for `at`, and between which times it may go out."""

    id: int
    at: datetime
    not_before: datetime | None = None
    expires_at: datetime | None = None

    def may(self, at: datetime) -> bool:
        """Whether it may go out at `at`."""
        embargoed = self.not_before is not None and at < self.not_before
        expired = self.expires_at is not None and at > self.expires_at
        return not embargoed and not expired


def push(
    places: Iterable[Moment],
    first: Waiting,
    queue: Iterable[Waiting],
    fixed: Collection[datetime],
) -> dict[int, Moment] | None:
    """Give `first` the next place, and whom it displaces the one after, until one was free.

    Returns the new places by id, or None when the places do not suffice. What is in `fixed` stays.
    """
    holders = {one.at: one for one in queue}
    moved: dict[int, Moment] = {}
    carried: Waiting | None = first
    for place in places:
        if carried is None:
            break
        if place.at not in fixed and carried.may(place.at):
            moved[carried.id] = place
            carried = holders.get(place.at)
    return moved if carried is None else None


def reflow(
    places: Iterable[Moment], queue: Sequence[Waiting], fixed: Collection[datetime]
) -> dict[int, Moment]:
    """Give each of the queue, in its order, the first free place that it may take.

    Who finds none is left out of the answer: it keeps the place that it has.
    """
    free = [place for place in places if place.at not in fixed]
    given: dict[int, Moment] = {}
    for one in queue:
        place = next((place for place in free if one.may(place.at)), None)
        if place is not None:
            free.remove(place)
            given[one.id] = place
    return given


def shuffled(ids: Iterable[int], seed: str) -> list[int]:
    """Return the ids in an order that the seed alone decides, on every machine."""
    return sorted(ids, key=lambda one: (hashlib.sha256(f"{seed}:{one}".encode()).digest(), one))
