"""What holds a due delivery back for its time: quiet hours, embargo, expiry."""

from __future__ import annotations

from datetime import timedelta

from tests.time.conftest import DAY, HOUR, MONDAY, Desk

from socialpipe.model import State
from socialpipe.schedule.explain import explain
from socialpipe.schedule.moment import Moment
from socialpipe.store.intake import Order


def test_quiet_hours_move_to_their_end(desk: Desk) -> None:
    channel = desk.channel(zone="Asia/Seoul", quiet="22:00-07:00")
    late_evening = MONDAY + 14 * HOUR  # 23:00 in Seoul
    keys = [desk.queue(Order(channel, late_evening))[0] for _ in range(3)]
    desk.now = late_evening
    desk.run()
    morning = MONDAY + 22 * HOUR
    found = [desk.get(key) for key in keys]
    assert {one.state for one in found} == {State.SCHEDULED}
    assert {one.wanted_at for one in found} == {morning}  # so its grace begins anew
    gap = timedelta(seconds=20)
    assert [one.due_at for one in found] == [morning, morning + gap, morning + 2 * gap]
    assert found[0].reason == "quiet hours"
    desk.now = morning + HOUR / 4
    desk.store.moves.re_resolve("keeper")
    desk.run()
    assert desk.get(keys[0]).state is State.PUBLISHING


def test_what_came_from_a_slot_stays_moved(desk: Desk) -> None:
    """The wall time that it had is no promise any more: the clock must not take it back."""
    channel = desk.channel()
    key = desk.queue(Order(channel, MONDAY + 9 * HOUR))[0]
    desk.store.channels.configure(channel, {**channel.settings, "quiet": "08:00-12:00"}, "UTC")
    desk.now = MONDAY + 9 * HOUR
    desk.run()
    assert desk.at(key) == MONDAY + 12 * HOUR
    assert desk.store.moves.re_resolve("keeper") == 0
    assert (desk.get(key).local_due, desk.get(key).in_slot) == (None, False)


def test_retry_now_does_not_break_the_embargo(desk: Desk) -> None:
    opens = MONDAY + DAY
    key = desk.queue(Order(desk.channel(), MONDAY), not_before=opens)[0]
    desk.store.deliveries.retry(key)
    desk.run()
    found = desk.get(key)
    assert (found.state, found.due_at) == (State.SCHEDULED, opens)
    assert "embargo" in (found.reason or "")
    desk.now = opens
    desk.run()
    assert desk.get(key).state is State.PUBLISHING


def test_a_move_forgets_why_it_waited(desk: Desk) -> None:
    key = desk.queue(Order(desk.channel(), MONDAY), not_before=MONDAY + DAY)[0]
    desk.store.deliveries.retry(key)
    desk.run()
    assert desk.get(key).reason is not None
    desk.store.moves.move(key, Moment(MONDAY + 2 * DAY), "ann")
    assert desk.get(key).reason is None


def test_expired_is_missed_wherever_it_waits(desk: Desk) -> None:
    channel = desk.channel()
    ends = MONDAY + HOUR
    scheduled = desk.queue(Order(channel, MONDAY), expires_at=ends)[0]
    reviewed = desk.queue(Order(channel, MONDAY), expires_at=ends, needs_review=True)[0]
    kept = desk.queue(Order(channel, MONDAY), expires_at=ends + DAY)[0]
    desk.now = ends + timedelta(seconds=1)
    assert desk.store.calendar.expire("keeper") == 2
    for key in (scheduled, reviewed):
        assert desk.get(key).state is State.MISSED
        assert "expired" in (desk.get(key).reason or "")
        assert "queue the article again" in explain(desk.get(key), desk.now).next_step
    assert desk.get(kept).state is State.SCHEDULED


def test_expired_is_missed_at_the_last_gate(desk: Desk) -> None:
    """Before any keeper came by."""
    key = desk.queue(Order(desk.channel(), MONDAY), expires_at=MONDAY + HOUR)[0]
    desk.now = MONDAY + 2 * HOUR
    desk.run()
    assert desk.get(key).state is State.MISSED
    assert "expired 1 h ago" in (desk.get(key).reason or "")


def test_at_its_very_expiry_it_still_goes_out(desk: Desk) -> None:
    key = desk.queue(Order(desk.channel(), MONDAY), expires_at=MONDAY + HOUR)[0]
    desk.now = MONDAY + HOUR
    assert desk.store.calendar.expire("keeper") == 0
    desk.run()
    assert desk.get(key).state is State.PUBLISHING
