"""What the chart of a report shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from socialpipe.cards.chart import Bar, Chart, Tile
from socialpipe.cli.output import local
from socialpipe.model.metrics import Metrics

if TYPE_CHECKING:
    from socialpipe.store.reports import Report, Standing

_MOST = 12  # posts: those that people reacted to most
SERIES = ("Likes", "Reposts", "Replies", "Saves", "Clicks")


def chart_of(found: Report) -> Chart:
    """Choose the tiles and the bars."""
    best = sorted(found.rows, key=lambda one: (-one.now.interactions, one.delivery.id))[:_MOST]
    bars = [_bar(one, found.kind) for one in best]
    seen = [n for n in range(len(SERIES)) if any(bar.parts[n] for bar in bars)]
    left = len(found.rows) - len(best)
    more = f"{left} more posts are not shown. " if left else ""
    told = (one.read_at for one in found.rows if one.read_at)
    read = max(told, default=None)
    return Chart(
        kicker=f"{found.kind.title()} · {len(found.rows)} posts · since {_day(local(found.since))}",
        title=found.title,
        tiles=_tiles(found.total, found.gained),
        series=[SERIES[n] for n in seen],
        bars=[replace(bar, parts=tuple(bar.parts[n] for n in seen)) for bar in bars],
        foot=more + (f"Numbers as of {local(read)}." if read else "No numbers were read yet."),
    )


def _tiles(total: Metrics, gained: Metrics) -> list[Tile]:
    pairs = [("Interactions", total.interactions, gained.interactions)]
    pairs += [
        (name, count, new or 0)
        for name, count, new in (
            ("Views", total.views, gained.views),
            *zip(SERIES, total.reactions.values(), gained.reactions.values(), strict=True),
        )
        if count is not None
    ]
    return [Tile(name, f"{count:,}", f"{new:+,}" if new else "") for name, count, new in pairs]


def _bar(one: Standing, kind: str) -> Bar:
    where = one.delivery.platform if kind == "channel" else one.delivery.channel
    note = f"{_day(local(one.delivery.published_at))} · {where}"
    return Bar(one.delivery.title, note, tuple(count or 0 for count in one.now.reactions.values()))


def _day(moment: str) -> str:
    """Say the day of a local time: 5 January 2027."""
    day = date.fromisoformat(moment[:10])
    return f"{day.day} {day:%B %Y}"
