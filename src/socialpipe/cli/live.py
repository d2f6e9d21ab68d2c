"""The live table of deliveries: state, channel, due, attempts, next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from socialpipe.model import Delivery, State
from socialpipe.schedule.explain import explain
from socialpipe.schedule.lateness import spoken

_COLOURS = {
    State.DRAFT: "dim",
    State.SCHEDULED: "cyan",
    State.CLAIMED: "blue",
    State.PUBLISHING: "bold blue",
    State.PUBLISHED: "green",
    State.UNCERTAIN: "yellow",
    State.FAILED: "red",
    State.MISSED: "red",
}


def live_table(deliveries: Sequence[Delivery], now: datetime) -> Table:
    """Draw the table as of `now`."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("state", "channel", "due"):
        table.add_column(heading, no_wrap=True)
    table.add_column("tries", justify="right")
    table.add_column("why, and what next", overflow="ellipsis", no_wrap=True, ratio=1)
    for one in deliveries:
        told = explain(one, now)
        state = Text(one.state, style=_COLOURS.get(one.state, ""))
        step = told.cause if one.state.final else f"{told.cause} → {told.next_step}"
        table.add_row(state, one.channel, _due(one, now), f"{one.attempt}/{one.max_attempts}", step)
    return table


def _due(one: Delivery, now: datetime) -> str:
    if one.published_at is not None:
        late = (one.published_at - one.wanted_at).total_seconds()
        return f"{late:+.2f} s"
    if one.due_at > now:
        return f"in {spoken(one.due_at - now)}"
    return f"{spoken(now - one.due_at)} ago"
