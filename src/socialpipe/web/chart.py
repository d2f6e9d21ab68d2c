"""A chart of how posts did: a table whose rows have bars, so that nobody has to see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from socialpipe.model.metrics import Metrics
from socialpipe.store.reports import Standing
from socialpipe.web.i18n import N_

WIDTH = 200  # of the longest bar, in units of the picture
_MOST = 30  # posts: those that people reacted to most
SERIES = {
    "likes": N_("Likes"),
    "reposts": N_("Reposts and quotes"),
    "replies": N_("Replies"),
    "saves": N_("Saves"),
    "clicks": N_("Clicks"),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar."""

    name: str  # of its series
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A post in the chart."""

    standing: Standing
    counts: dict[str, int | None]
    segments: tuple[Segment, ...]

    @property
    def total(self) -> int:
        """Everything that people did."""
        return sum(count or 0 for count in self.counts.values())


@dataclass(frozen=True, slots=True)
class Chart:
    """What is shown; `series` are those that anybody tells."""

    series: dict[str, str]
    bars: list[Bar]
    left_out: int  # posts


def chart_of(rows: Sequence[Standing]) -> Chart:
    """Make the chart of a report."""
    read = [one for one in rows if one.read_at is not None]
    best = sorted(read, key=lambda one: (-one.now.interactions, one.delivery.id))[:_MOST]
    longest = max((one.now.interactions for one in best), default=0)
    seen = {name for one in best for name, count in one.now.reactions.items() if count is not None}
    series = {name: label for name, label in SERIES.items() if name in seen}
    return Chart(series, [_bar(one, longest) for one in best], len(rows) - len(best))


def _bar(one: Standing, longest: int) -> Bar:
    counts = one.now.reactions
    return Bar(one, counts, _segments(counts, longest))


def _segments(counts: dict[str, int | None], longest: int) -> tuple[Segment, ...]:
    widths = [WIDTH * (count or 0) / (longest or 1) for count in counts.values()]
    ends = accumulate(widths)
    return tuple(
        Segment(name, round(end - width, 2), round(width, 2))
        for name, width, end in zip(counts, widths, ends, strict=True)
        if width
    )


def totals(told: Metrics) -> list[tuple[str, int]]:
    """Return the sums that anybody tells, with their names."""
    views = [(N_("Views"), told.views)] if told.views is not None else []
    known = [(label, told.reactions[name]) for name, label in SERIES.items()]
    return [(label, count) for label, count in (*views, *known) if count is not None]
