"""`socialpipe channel best-times`: when a channel's posts do best, by its own history."""

from __future__ import annotations

from dataclasses import asdict

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, print_json, print_table, say
from socialpipe.schedule.best_times import BestTime

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@click.command("best-times")
@click.argument("name")
@json_option
def best_times(name: str, as_json: bool) -> None:
    """Suggest hours of the week in which posts of channel NAME do best."""
    from socialpipe.schedule.best_times import best_times as advise

    store = open_store()
    channel = store.channels.get(name)
    advice = advise(store.reports.samples(channel.id), channel.timezone)
    if as_json:
        print_json({"channel": name, "timezone": channel.timezone, **asdict(advice)})
        return
    rests = f"{advice.posts} posts of the last half year, in {advice.hours} hours of the week"
    if not advice.times:
        say(f"No hour stands out. This rests on {rests}.")
        return
    rows = [(_slot(one), f"{one.gain:+.0%}", str(one.posts)) for one in advice.times]
    print_table((f"time ({channel.timezone})", "interactions", "posts"), rows)
    say(f"This rests on {rests}; few posts are drawn to the mean of all.")
    slots = ", ".join(_slot(one) for one in sorted(advice.times, key=_in_week))
    say(f'To post then: socialpipe channel slots {name} --set "{slots}"')


def _slot(one: BestTime) -> str:
    return f"{_DAYS[one.weekday]} {one.hour:02}:00"


def _in_week(one: BestTime) -> tuple[int, int]:
    return one.weekday, one.hour
