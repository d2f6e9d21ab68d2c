"""`socialpipe channel slots`: when a channel posts, and which of those times are free."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from socialpipe.cli.opening import open_store
from socialpipe.cli.output import json_option, person, print_json, print_table, say
from socialpipe.cli.times import known_zone

if TYPE_CHECKING:
    from socialpipe.model import Channel
    from socialpipe.store.places import SlotUse

NO_QUIET = "none"


@click.command()
@click.argument("name")
@click.option("--set", "weekly", metavar="SLOTS", help='Other slots: "mon-fri 09:00, sat 11:30".')
@click.option("--quiet", metavar="HOURS", help='Quiet hours: "22:00-07:00", or none.')
@click.option("--zone", metavar="ZONE", help="Another time zone, like Asia/Seoul.")
@click.option("--reflow", is_flag=True, help="Fit what is queued into the slots as they are now.")
@click.option("--count", default=14, show_default=True, type=click.IntRange(1, 1000))
@json_option
def slots(
    name: str,
    weekly: str | None,
    quiet: str | None,
    zone: str | None,
    reflow: bool,
    count: int,
    as_json: bool,
) -> None:
    """Show the coming slots of a channel, free and taken; or change them."""
    store = open_store()
    owner = store.channels.get(name)
    changed = check_times({"slots": weekly, "quiet": quiet})
    if changed or zone is not None:
        zone = known_zone(zone or owner.timezone)
        store.channels.configure(owner, {**owner.settings, **changed}, zone)
        followed = store.moves.re_resolve(person())
        owner = store.channels.get(name)
        say(f"{name} is changed; {followed} queued posts followed its clock.")
        if not reflow:
            say(f"Queued posts keep their times; to fit them in: channel slots {name} --reflow")
    if reflow:
        say(f"{store.places.reflow(owner, person())} queued posts have other slots now.")
    _show(owner, store.places.coming(owner, count), as_json)


def check_times(given: dict[str, str | None]) -> dict[str, str]:
    """Return those settings of time that are given.

    Raises UsageError for slots and quiet hours that cannot be read.
    """
    from socialpipe.schedule import quiet, slots

    found = {key: text for key, text in given.items() if text is not None}
    if "slots" in found:
        slots.parse(found["slots"])
    if found.get("quiet") == NO_QUIET:
        found["quiet"] = ""
    quiet.of(found)
    return found


def _show(owner: Channel, coming: list[SlotUse], as_json: bool) -> None:
    if as_json:
        for one in coming:
            print_json(
                {
                    "at": one.moment.at,
                    "local": one.moment.local,
                    "zone": one.moment.zone,
                    "free": one.delivery_id is None,
                    "delivery": one.delivery_id,
                    "title": one.title,
                }
            )
        return
    if not coming:
        say(f"{owner.name} has no slot outside its quiet hours.")
        return
    rows = [
        (
            f"{one.moment.wall:%a %Y-%m-%d %H:%M}",
            "free" if one.delivery_id is None else f"delivery {one.delivery_id}",
            one.title or "",
        )
        for one in coming
    ]
    print_table((f"slot ({owner.timezone})", "", ""), rows)
