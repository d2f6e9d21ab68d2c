"""Move, swap, shuffle, re-resolve: through the state machine, with events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from tests.time.conftest import DAY, HOUR, MONDAY, Desk

from socialpipe.errors import Refused, UsageError
from socialpipe.model import State
from socialpipe.schedule.moment import Moment, on_wall
from socialpipe.store.intake import Order
from socialpipe.store.places import Place
from socialpipe.store.schema import delivery as table

NINE = MONDAY + 9 * HOUR


def slotted(desk: Desk, count: int) -> list[int]:
    channel = desk.channel()
    return [desk.queue(Order(channel, MONDAY, Place.NEXT))[0] for _ in range(count)]


def test_move_and_its_event(desk: Desk) -> None:
    key = slotted(desk, 1)[0]
    desk.store.moves.move(key, Moment(NINE + HOUR), "ann")
    found = desk.get(key)
    assert (found.wanted_at, found.due_at) == (NINE + HOUR, NINE + HOUR)
    assert (found.local_due, found.in_slot) == (None, False)
    last = desk.store.deliveries.events(key)[-1]
    assert (last.actor, last.from_state, last.to_state) == ("ann", State.SCHEDULED, State.SCHEDULED)
    assert "2027-01-04T10:00" in last.text


def test_move_outdates_a_message_under_way_only_before_it_is_claimed(desk: Desk) -> None:
    key = desk.queue(Order(desk.channel(), MONDAY))[0]
    (row,) = desk.store.claims.claim(timedelta(0), "test")
    with pytest.raises(Refused, match="claimed"):
        desk.store.moves.move(key, Moment(NINE), "ann")
    assert desk.store.jobs.begin(row.id, row.fence, "test") is not None


def test_what_is_in_review_moves_and_keeps_why(desk: Desk) -> None:
    key = desk.queue(Order(desk.channel(), NINE), needs_review=True)[0]
    desk.store.reviews.send_back(key, "bob", "shorter")
    desk.store.moves.move(key, Moment(NINE + DAY), "ann")
    assert desk.get(key).state is State.IN_REVIEW
    assert "shorter" in (desk.get(key).reason or "")
    desk.store.reviews.approve(key, "bob")
    assert desk.at(key) == NINE + DAY


def test_move_to_the_next_free_slot(desk: Desk) -> None:
    one, two = slotted(desk, 2)
    moment = desk.store.moves.move_to_next(one, "ann")
    assert desk.at(one) == moment.at == NINE + 2 * DAY
    assert desk.store.moves.move_to_next(two, "ann").at == NINE  # it left a place behind


def test_embargo_and_expiry_bind_every_move(desk: Desk) -> None:
    channel = desk.channel()
    bounds: dict[str, Any] = {"not_before": NINE + DAY, "expires_at": NINE + 3 * DAY}
    held = desk.queue(Order(channel, MONDAY, Place.NEXT), **bounds)[0]
    early = desk.queue(Order(channel, MONDAY, Place.NEXT))[0]
    for moment in (Moment(NINE), Moment(NINE + 4 * DAY)):
        with pytest.raises(Refused, match=r"embargo|expires"):
            desk.store.moves.move(held, moment, "ann")
    with pytest.raises(Refused, match="embargo"):
        desk.store.moves.swap(held, early, "ann")
    assert (desk.at(held), desk.at(early)) == (NINE + DAY, NINE)
    desk.store.moves.move(held, Moment(NINE + 3 * DAY), "ann")


def test_swap_exchanges_all_that_makes_the_time(desk: Desk) -> None:
    channel = desk.channel()
    one = desk.queue(Order(channel, MONDAY, Place.NEXT))[0]
    other = desk.queue(Order(channel, NINE + HOUR))[0]
    desk.store.moves.swap(one, other, "ann")
    assert (desk.at(one), desk.at(other)) == (NINE + HOUR, NINE)
    assert not desk.get(one).in_slot
    assert desk.get(other).local_due == "2027-01-04T09:00:00"
    with pytest.raises(UsageError, match="different channels"):
        desk.store.moves.swap(one, desk.queue(Order(desk.channel("two"), NINE))[0], "ann")


def test_shuffle_deals_the_same_times_and_repeats(desk: Desk) -> None:
    keys = slotted(desk, 6)
    channel = desk.store.channels.get("news")
    embargoed = desk.queue(Order(channel, MONDAY, Place.NEXT), not_before=MONDAY)[0]
    before = [desk.at(key) for key in keys]
    moved = desk.store.moves.shuffle(channel, "seed", "ann")
    after = [desk.at(key) for key in keys]
    assert sorted(after) == before
    assert after != before
    assert moved == sum(a != b for a, b in zip(before, after, strict=True))
    assert desk.at(embargoed) == NINE + 6 * DAY
    walls = [desk.get(key).local_due for key in keys]
    assert walls == [at.replace(tzinfo=None).isoformat() for at in after]
    for key, at in zip(keys, before, strict=True):
        place = next(p.moment for p in desk.store.places.coming(channel, 9) if p.moment.at == at)
        desk.store.moves.move(key, place, "ann")
    desk.store.moves.shuffle(channel, "seed", "ann")
    assert [desk.at(key) for key in keys] == after


# ── the clock of the zone ──────────────────────────────────────────────────────────────────────


def test_a_changed_zone_takes_slots_with_it_and_nothing_else(desk: Desk) -> None:
    slot = slotted(desk, 1)[0]
    channel = desk.store.channels.get("news")
    wall = datetime(2027, 1, 8, 9)  # noqa: DTZ001
    berlin = on_wall(wall, "Europe/Berlin")
    own = desk.queue(Order(channel, berlin.at, wall=wall, zone="Europe/Berlin"))[0]
    instant = desk.queue(Order(channel, NINE + DAY))[0]
    assert desk.store.moves.re_resolve("keeper") == 0
    desk.store.channels.configure(channel, channel.settings, "America/New_York")
    assert desk.store.moves.re_resolve("keeper") == 1
    assert desk.at(slot) == MONDAY + 14 * HOUR
    assert desk.get(slot).tz == "America/New_York"
    assert (desk.at(own), desk.at(instant)) == (berlin.at, NINE + DAY)
    assert desk.store.moves.re_resolve("keeper") == 0
    assert any("clock of its zone" in text for text in desk.told(slot))


def test_new_zone_data_moves_the_instant_and_keeps_the_wall_time(desk: Desk) -> None:
    """As if an older release of the data had said another offset when it was queued."""
    key = slotted(desk, 1)[0]
    with desk.store.database.write() as connection:
        connection.execute(sa.update(table).values(wanted_at=NINE + HOUR, due_at=NINE + HOUR))
    desk.tick()  # the first of this process
    found = desk.get(key)
    assert (found.wanted_at, found.due_at) == (NINE, NINE)
    assert found.local_due == "2027-01-04T09:00:00"


def test_what_is_past_or_begun_stays(desk: Desk) -> None:
    key = slotted(desk, 1)[0]
    channel = desk.store.channels.get("news")
    desk.store.channels.configure(channel, channel.settings, "Asia/Seoul")
    desk.now = NINE + HOUR
    assert desk.store.moves.re_resolve("keeper") == 0
    assert desk.at(key) == NINE


def test_a_zone_that_this_machine_lacks_changes_nothing(desk: Desk) -> None:
    key = slotted(desk, 1)[0]
    with desk.store.database.write() as connection:
        connection.execute(sa.update(table).values(in_slot=False, tz="Mars/Olympus"))
    assert desk.store.moves.re_resolve("keeper") == 0
    assert desk.at(key) == NINE
