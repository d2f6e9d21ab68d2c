"""Recurrences and evergreen posts, from the rule to the rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from tests.time.conftest import ARTICLE, DAY, HOUR, MONDAY, Desk

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Channel, State
from socialpipe.schedule.moment import Moment
from socialpipe.schedule.recurrence import Rule
from socialpipe.settings import load
from socialpipe.store.intake import Order, Terms
from socialpipe.store.places import Place
from socialpipe.store.schema import recurrence

NINE = MONDAY + 9 * HOUR
START = datetime(2027, 1, 4, 9)  # noqa: DTZ001 - a wall time
DAILY = Rule("FREQ=DAILY", START, "UTC")


def repeat(desk: Desk, channel: Channel, rule: Rule = DAILY, **options: Any) -> int:
    ids = desk.store.recurrences.add(ARTICLE, [channel], rule, options={}, **options)
    return ids[0]


# ── rules ──────────────────────────────────────────────────────────────────────────────────────


def test_sixty_days_are_made_once(desk: Desk) -> None:
    repeat(desk, desk.channel())
    for _ in range(3):
        desk.tick()
    made = desk.find()
    assert [one.wanted_at for one in made] == [NINE + n * DAY for n in range(60)]
    assert {one.state for one in made} == {State.DRAFT}
    desk.now += 7 * DAY
    desk.tick()
    assert len(desk.find()) == 67


def test_many_keepers_make_each_once(desk: Desk) -> None:
    for n in range(4):
        repeat(desk, desk.channel(f"channel{n}"))
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: desk.tick(), range(6)))
    assert len(desk.find()) == 4 * 60


def test_an_occurrence_is_never_made_twice_even_if_its_making_was_forgotten(desk: Desk) -> None:
    repeat(desk, desk.channel())
    desk.tick()
    with desk.store.database.write() as connection:
        connection.execute(sa.update(recurrence).values(expanded_until=MONDAY))
    desk.tick()
    assert len(desk.find()) == 60


def test_variants_take_turns_and_repetitions_are_approved(desk: Desk) -> None:
    repeat(desk, desk.channel())
    desk.tick()
    desk.compose("One.", "Two.", "Three.")
    made = desk.find(State.SCHEDULED)
    texts = [desk.store.deliveries.texts(one.id)[0] for one in made[:5]]
    assert texts == ["One.", "Two.", "Three.", "One.", "Two."]
    assert [one.approved for one in made[:5]] == [False, False, False, True, True]
    assert "on purpose: approved" in desk.told(made[3].id)[-1]
    assert "approved" not in desk.told(made[2].id)[-1]
    desk.now += 2 * DAY
    desk.tick()  # what is made after the composing goes on where that ended
    last = desk.find(State.SCHEDULED)[-1]
    assert desk.store.deliveries.texts(last.id) == ["Two."]
    assert last.approved
    assert "approved" in desk.told(last.id)[-1]


def test_a_repetition_passes_the_twin_fuse_and_a_stranger_does_not(desk: Desk) -> None:
    channel = desk.channel()
    repeat(desk, channel)
    desk.tick()
    desk.compose("Same.")
    for n in range(3):
        desk.now = NINE + n * DAY
        desk.run()
    assert len(desk.find(State.PUBLISHING)) == 3
    _, ids = desk.store.campaigns.queue(
        ARTICLE, [Order(channel, desk.now)], options={}, terms=Terms.of(load())
    )
    desk.compose("Same.")
    desk.run()
    assert desk.get(ids[0]).state is State.IN_REVIEW


def test_each_can_wait_for_approval(desk: Desk) -> None:
    repeat(desk, desk.channel(), needs_review=True)
    desk.tick()
    desk.compose("One.")
    desk.now += 2 * DAY
    desk.tick()
    made = desk.find()
    assert {one.state for one in made} == {State.IN_REVIEW}
    assert not any(one.approved for one in made)


def test_after_a_downtime_only_the_newest_goes_out(desk: Desk) -> None:
    rule = repeat(desk, desk.channel())
    desk.tick()
    desk.compose("One.", "Two.", "Three.", "Four.")
    desk.now = NINE + 3 * DAY + HOUR
    desk.run()
    first = desk.find()[:5]
    states = [one.state for one in first]
    assert states == [State.MISSED] * 3 + [State.PUBLISHING, State.SCHEDULED]
    assert f"newer occurrence of rule {rule}" in (first[0].reason or "")


def test_after_a_downtime_beyond_the_horizon_too(desk: Desk) -> None:
    repeat(desk, desk.channel())
    desk.tick()
    desk.compose("One.")
    desk.now = NINE + 99 * DAY
    desk.tick()
    wanted = [one.wanted_at for one in desk.find()]
    assert wanted[59:62] == [NINE + n * DAY for n in (59, 99, 100)]
    desk.run()
    assert [one.wanted_at for one in desk.find(State.PUBLISHING)] == [NINE + 99 * DAY]


def test_a_moved_occurrence_is_not_made_again(desk: Desk) -> None:
    repeat(desk, desk.channel())
    desk.tick()
    one = desk.find()[-1]
    desk.store.moves.move(one.id, Moment(one.wanted_at + HOUR), "ann")
    desk.now += 5 * DAY
    desk.tick()
    assert len(desk.find()) == 65
    assert len({d.wanted_at for d in desk.find()}) == 65


def test_stop_cancels_what_waits(desk: Desk) -> None:
    rule = repeat(desk, desk.channel())
    desk.tick()
    assert desk.store.recurrences.stop(rule, "ann") == 60
    desk.now += 10 * DAY
    desk.tick()
    assert {one.state for one in desk.find()} == {State.CANCELLED}
    assert len(desk.find()) == 60
    (told,) = desk.store.recurrences.all()
    assert told.stopped_at is not None
    assert told.next_at is None
    with pytest.raises(Refused):
        desk.store.recurrences.stop(rule, "ann")
    with pytest.raises(NotFound):
        desk.store.recurrences.stop(99, "ann")


def test_a_rule_tells_when_it_comes_next(desk: Desk) -> None:
    seoul = Rule("FREQ=WEEKLY;BYDAY=MO", START, "Asia/Seoul", until=START + 7 * DAY)
    repeat(desk, desk.channel(), seoul)
    desk.tick()
    assert [one.wanted_at for one in desk.find()] == [MONDAY + 7 * DAY]  # the first is past
    (told,) = desk.store.recurrences.all()
    assert told.rule == seoul
    assert told.next_at == MONDAY + 7 * DAY


def test_a_channel_with_a_rule_is_not_removed(desk: Desk) -> None:
    channel = desk.channel()
    repeat(desk, channel)
    with pytest.raises(Refused, match="rules"):
        desk.store.channels.remove(channel)


# ── evergreen ──────────────────────────────────────────────────────────────────────────────────


def evergreen(
    desk: Desk, channel: Channel, *texts: str, days: int = 3, most: int = 9, **more: Any
) -> int:
    (key,) = desk.store.evergreens.add(
        ARTICLE, [channel], cooldown=days * DAY, most=most, options={}, **more
    )
    desk.compose(*(texts or ("Evergreen.",)))
    return key


def pass_days(desk: Desk, count: int) -> None:
    """Let the keeper look half an hour before each slot."""
    for n in range(count):
        desk.now = NINE + n * DAY - HOUR / 2
        desk.tick()
        desk.tick()


def test_evergreen_fills_free_slots_when_rested(desk: Desk) -> None:
    channel = desk.channel()
    evergreen(desk, channel)
    person = desk.queue(Order(channel, NINE + 3 * DAY - HOUR, Place.NEXT))[0]
    pass_days(desk, 8)
    filled = [one.wanted_at for one in desk.find() if one.id != person]
    assert filled == [NINE, NINE + 4 * DAY, NINE + 7 * DAY]
    assert all(one.in_slot for one in desk.find())


def test_evergreen_ends_at_its_maximum(desk: Desk) -> None:
    evergreen(desk, desk.channel(), days=1, most=2)
    pass_days(desk, 6)
    assert len(desk.find()) == 2
    (told,) = desk.store.evergreens.all()
    assert (told.times, told.most, told.last_at) == (2, 2, NINE + DAY)


def test_several_take_turns(desk: Desk) -> None:
    channel = desk.channel()
    evergreen(desk, channel, "A one.", "A two.", days=0)
    evergreen(desk, channel, "B one.", days=0)
    pass_days(desk, 5)
    texts = [desk.store.deliveries.texts(one.id)[0] for one in desk.find()]
    assert texts == ["A one.", "B one.", "A two.", "B one.", "A one."]
    assert [one.approved for one in desk.find()] == [False, False, False, True, True]


def test_what_was_cancelled_does_not_count(desk: Desk) -> None:
    evergreen(desk, desk.channel(), days=30, most=1)
    pass_days(desk, 1)
    desk.store.deliveries.cancel(desk.find()[0].id)
    pass_days(desk, 2)
    assert [one.state for one in desk.find()] == [State.CANCELLED, State.SCHEDULED]


def test_slots_far_away_are_left_to_people(desk: Desk) -> None:
    evergreen(desk, desk.channel())
    desk.now = NINE - 2 * HOUR
    desk.tick()
    assert desk.find() == []


@pytest.mark.parametrize("stopper", ["pause", "freeze", "stop"])
def test_nothing_is_filled_while_nothing_goes_out(desk: Desk, stopper: str) -> None:
    channel = desk.channel()
    key = evergreen(desk, channel)
    if stopper == "pause":
        desk.store.channels.pause(channel.id, "quarrel")
    elif stopper == "freeze":
        desk.store.switches.freeze("ann", "quarrel")
    else:
        assert desk.store.evergreens.stop(key, "ann") == 0
        with pytest.raises(Refused):
            desk.store.evergreens.stop(key, "ann")
    pass_days(desk, 2)
    assert desk.find() == []


def test_stop_cancels_what_of_it_waits(desk: Desk) -> None:
    key = evergreen(desk, desk.channel(), needs_review=True)
    pass_days(desk, 1)
    assert desk.find()[0].state is State.IN_REVIEW
    assert desk.store.evergreens.stop(key, "ann") == 1
    assert desk.find()[0].state is State.CANCELLED
