"""The options that say when a post goes out, and what a person chose with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from socialpipe.cli.times import parse_moment, parse_span, parse_time
from socialpipe.errors import Refused, UsageError

if TYPE_CHECKING:
    from socialpipe.model import Channel
    from socialpipe.store.intake import Order, Terms

_Command = TypeVar("_Command", bound=Callable[..., Any])


class When(TypedDict):
    """What Click hands over for `when`."""

    at: str | None
    zone: str | None
    next_slot: bool
    first_slot: bool
    at_once: bool
    stagger: str | None
    not_before: str | None
    expires: str | None


zone_option = click.option(
    "--zone", metavar="ZONE", help="The time is of this zone's wall clock, like Asia/Seoul."
)
_OPTIONS = (
    click.option(
        "--at", metavar="TIME", help="ISO 8601 with an offset, like 2027-01-31T09:00:00+09:00."
    ),
    zone_option,
    click.option("--next", "next_slot", is_flag=True, help="At each channel's next free slot."),
    click.option(
        "--first", "first_slot", is_flag=True, help="At the next slot; the others move one slot on."
    ),
    click.option("--now", "at_once", is_flag=True, help="As soon as it is composed."),
    click.option("--stagger", metavar="SPAN", help="Between two channels, like 5m."),
    click.option("--not-before", metavar="TIME", help="Embargo: never earlier."),
    click.option("--expires", metavar="TIME", help="Never later: it is missed then."),
)


def when(command: _Command) -> _Command:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def orders_of(channels: Sequence[Channel], chosen: When, now: datetime) -> list[Order]:
    """Return one order a channel.

    Raises UsageError unless exactly one time is given.
    """
    from socialpipe.store.intake import Order
    from socialpipe.store.places import Place

    slot, head, at_once = chosen["next_slot"], chosen["first_slot"], chosen["at_once"]
    if sum((chosen["at"] is not None, slot, head, at_once)) != 1:
        raise UsageError("Say when.", "Give one of --at TIME, --next, --first and --now")
    if chosen["at"] is None:
        if chosen["zone"] is not None:
            raise UsageError("--zone belongs to --at.", "Slots are in the channel's own zone")
        place = Place.NEXT if slot else Place.FIRST if head else Place.FIXED
        return [Order(one, now, place) for one in channels]
    moment = parse_moment(chosen["at"], chosen["zone"], now)
    return [Order(one, moment.at, wall=moment.wall, zone=moment.zone) for one in channels]


def bounded(terms: Terms, chosen: When, now: datetime) -> Terms:
    """Return the terms with the embargo and the expiry.

    Raises Refused when they leave no time, or not the one that was asked for.
    """
    opens = parse_time(chosen["not_before"], now) if chosen["not_before"] else None
    ends = parse_time(chosen["expires"], now) if chosen["expires"] else None
    if opens and ends and ends <= opens:
        raise Refused("It expires before its embargo ends.", "Give a later --expires")
    if opens and chosen["at"] and parse_moment(chosen["at"], chosen["zone"], now).at < opens:
        raise Refused("It is under embargo at that time.", "Give a later --at, or --next")
    return replace(terms, not_before=opens, expires_at=ends)


def stagger_of(chosen: When) -> timedelta:
    """Return the distance between two channels."""
    return parse_span(chosen["stagger"]) if chosen["stagger"] else timedelta(0)
