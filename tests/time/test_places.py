"""Slots: next, first, reflow; free places are computed, and never given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from tests.time.conftest import DAY, HOUR, MONDAY, Desk

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Channel
from socialpipe.store.intake import Order
from socialpipe.store.places import Place

NINE = MONDAY + 9 * HOUR


def order(channel: Channel, place: Place = Place.NEXT, at: datetime = MONDAY) -> Order:
    return Order(channel, at, place)


def test_next_takes_free_slots_in_order(desk: Desk) -> None:
    channel = desk.channel()
    keys = [desk.queue(order(channel))[0] for _ in range(3)]
    assert [desk.at(key) for key in keys] == [NINE, NINE + DAY, NINE + 2 * DAY]
    desk.store.deliveries.cancel(keys[1])
    assert desk.at(desk.queue(order(channel))[0]) == NINE + DAY  # the place is free again
    found = desk.get(keys[0])
    assert (found.local_due, found.tz, found.in_slot) == ("2027-01-04T09:00:00", "UTC", True)


def test_a_fixed_time_takes_a_slot_too(desk: Desk) -> None:
    channel = desk.channel()
    desk.queue(Order(channel, NINE))
    assert desk.at(desk.queue(order(channel))[0]) == NINE + DAY


def test_many_at_once_never_share_a_slot(desk: Desk) -> None:
    channel = desk.channel()
    terms_orders = [order(channel) for _ in range(12)]

    def add(one: Order) -> int:
        from tests.time.conftest import ARTICLE

        from socialpipe.settings import load
        from socialpipe.store.intake import Terms

        terms = Terms.of(load())
        return desk.store.campaigns.queue(ARTICLE, [one], options={}, terms=terms)[1][0]

    with ThreadPoolExecutor(6) as pool:
        keys = list(pool.map(add, terms_orders))
    assert len({desk.at(key) for key in keys}) == 12


def test_first_pushes_the_others_on(desk: Desk) -> None:
    channel = desk.channel()
    one, two = (desk.queue(order(channel))[0] for _ in range(2))
    fixed = desk.queue(Order(channel, NINE + 2 * DAY))[0]
    late = desk.queue(Order(channel, NINE + 4 * DAY, Place.NEXT))[0]
    head = desk.queue(order(channel, Place.FIRST))[0]
    assert [desk.at(key) for key in (head, one, two)] == [NINE, NINE + DAY, NINE + 3 * DAY]
    assert desk.at(fixed) == NINE + 2 * DAY
    assert desk.at(late) == NINE + 4 * DAY  # a free place ended the pushing
    assert any("pushed on" in text for text in desk.told(one))


def test_first_leaves_what_expires(desk: Desk) -> None:
    channel = desk.channel()
    sale = desk.queue(order(channel), expires_at=NINE + HOUR)[0]
    head = desk.queue(order(channel, Place.FIRST))[0]
    assert (desk.at(sale), desk.at(head)) == (NINE, NINE + DAY)


def test_a_full_year_is_said(desk: Desk) -> None:
    channel = desk.channel(slots="mon 09:00", quiet="08:00-10:00")
    for place in (Place.NEXT, Place.FIRST):
        with pytest.raises(NotFound, match="no free slot"):
            desk.queue(order(channel, place))


def test_slots_in_quiet_hours_are_none(desk: Desk) -> None:
    channel = desk.channel(slots="mon-sun 06:00, mon-sun 09:00", quiet="22:00-07:00")
    assert desk.at(desk.queue(order(channel))[0]) == NINE


def test_coming_slots_show_what_takes_them(desk: Desk) -> None:
    channel = desk.channel()
    key = desk.queue(Order(channel, NINE + DAY, Place.NEXT))[0]
    coming = desk.store.places.coming(channel, 3)
    assert [one.delivery_id for one in coming] == [None, key, None]
    assert coming[1].title == "Bread is back"


def test_reflow_fits_the_queue_into_other_slots(desk: Desk) -> None:
    channel = desk.channel()
    keys = [desk.queue(order(channel))[0] for _ in range(3)]
    fixed = desk.queue(Order(channel, MONDAY + 10 * HOUR))[0]
    desk.store.channels.configure(channel, {"slots": "mon-sun 10:00, mon-sun 12:00"}, "UTC")
    channel = desk.store.channels.get("news")
    assert [desk.at(key) for key in keys] == [NINE, NINE + DAY, NINE + 2 * DAY]  # on request only
    assert desk.store.places.reflow(channel, "ann") == 3
    hours = [12, 24 + 10, 24 + 12]
    assert [desk.at(key) for key in keys] == [MONDAY + hour * HOUR for hour in hours]
    assert desk.at(fixed) == MONDAY + 10 * HOUR
    assert desk.store.places.reflow(channel, "ann") == 0


# ── several channels ───────────────────────────────────────────────────────────────────────────


def test_stagger_keeps_a_distance_between_channels(desk: Desk) -> None:
    one, two, three = (desk.channel(name) for name in ("one", "two", "three"))
    gap = timedelta(minutes=5)
    keys = desk.queue(*(Order(channel, NINE) for channel in (one, two, three)), stagger=gap)
    assert [desk.at(key) for key in keys] == [NINE, NINE + gap, NINE + 2 * gap]
    keys = desk.queue(*(order(channel) for channel in (one, two)), stagger=gap)
    assert [desk.at(key) for key in keys] == [NINE + DAY, NINE + 2 * DAY]


def test_staggered_wall_times_stay_wall_times(desk: Desk) -> None:
    channels = [desk.channel(name) for name in ("one", "two")]
    wall = datetime(2027, 1, 5, 9)  # noqa: DTZ001
    orders = [Order(one, NINE + 15 * HOUR, wall=wall, zone="Asia/Seoul") for one in channels]
    keys = desk.queue(*orders, stagger=HOUR)
    assert desk.get(keys[1]).local_due == "2027-01-05T10:00:00"


# ── embargo and expiry ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", list(Place))
def test_nothing_is_placed_before_its_embargo(desk: Desk, place: Place) -> None:
    channel = desk.channel()
    opens = NINE + 2 * DAY - HOUR
    key = desk.queue(order(channel, place), not_before=opens)[0]
    assert desk.at(key) == (opens if place is Place.FIXED else NINE + 2 * DAY)


@pytest.mark.parametrize("place", [Place.NEXT, Place.FIXED])
def test_nothing_is_placed_after_its_expiry(desk: Desk, place: Place) -> None:
    channel = desk.channel()
    with pytest.raises(Refused, match="expired"):
        desk.queue(order(channel, place, NINE + DAY), expires_at=NINE + HOUR)
    assert desk.find() == []
