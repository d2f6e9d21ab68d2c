"""Numbers are read back from the simulator at their times, and never in a publication's way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.readings.conftest import DAY, HOUR, MONDAY, Desk

from socialpipe.engine import Refusal, Wish
from socialpipe.model import Channel, Metrics, Receipt
from socialpipe.platforms.mastodon import Mastodon
from socialpipe.reactions import LEASE
from socialpipe.schedule.readings import STEPS
from socialpipe.store.retention import Retention
from socialpipe.takedown import take_down
from socialpipe.worker.reader import Reader


def test_numbers_grow_and_are_read_at_every_step(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "Bread is back.")
    (post,) = desk.simulator.posts()
    first = desk.simulator.network("mastodon").metrics(post)
    assert desk.read() == 0
    seen = []
    for n, step in enumerate(STEPS, start=1):
        desk.simulator.ledger.crowd = n
        desk.now = MONDAY + step - timedelta(seconds=1)
        assert desk.read() == 0
        assert desk.read(timedelta(seconds=1)) == 1
        seen.append(desk.numbers(key).likes)
    assert seen == [(first.likes or 0) * n for n in range(1, len(STEPS) + 1)]
    assert desk.numbers(key).views is None  # Mastodon does not tell
    assert desk.read(400 * DAY) == 0


def test_a_report_says_what_came_since(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "Bread is back.")
    desk.read(HOUR)
    desk.simulator.ledger.crowd = 3
    desk.read(5 * HOUR)
    early, late = (desk.standing(key, MONDAY + at * HOUR) for at in (0, 2))
    assert early.gained == early.now
    assert (late.gained.likes or 0) * 3 == (late.now.likes or 0) * 2
    assert late.read_at == MONDAY + 6 * HOUR
    assert desk.store.reports.of_channel(early.delivery.channel_id, MONDAY + 7 * HOUR) == []


def test_missed_steps_are_not_made_up(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "Bread is back.")
    assert [desk.read(8 * DAY), desk.read()] == [1, 0]
    assert desk.standing(key).read_at == MONDAY + 8 * DAY
    assert [desk.read(21 * DAY), desk.read(DAY)] == [0, 1]


def test_a_thread_counts_as_one(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "One.", "Two.")
    desk.read(HOUR)
    network = desk.simulator.network("mastodon")
    parts = [network.metrics(post) for post in desk.simulator.posts()]
    told = desk.numbers(key)
    assert told.likes == sum(one.likes or 0 for one in parts)
    assert told.replies == max(sum(one.replies or 0 for one in parts) - 1, 0)


def test_a_network_that_tells_nothing_is_not_asked(desk: Desk) -> None:
    key = desk.publish(desk.channel("telegram"), "Bread is back.")
    calls = len(desk.simulator.calls())
    traffic = Traffic()
    desk.engine = replace(desk.engine, traffic=traffic)
    assert desk.read(HOUR) == 1
    assert (len(desk.simulator.calls()), traffic.noted) == (calls, [])
    assert desk.standing(key).read_at is None


def test_a_channel_can_say_no(desk: Desk) -> None:
    channel = desk.channel(metrics="no")
    key = desk.publish(channel, "Bread is back.")
    calls = len(desk.simulator.calls())
    desk.read(HOUR)
    assert (len(desk.simulator.calls()), desk.standing(key).read_at) == (calls, None)
    desk.store.channels.configure(channel, {}, "UTC")
    desk.read(5 * HOUR)
    assert desk.standing(key).read_at == MONDAY + 6 * HOUR


def test_what_was_taken_down_is_read_no_more(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "Bread is back.")
    desk.read(HOUR)
    take_down(desk.engine, key)
    assert desk.read(DAY) == 0


def test_an_answer_under_way_does_not_revive_what_was_taken_down(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "Bread is back.")
    desk.now += HOUR
    (due,) = desk.store.readings.take(LEASE, 9)
    take_down(desk.engine, key)
    desk.store.readings.keep(due, Metrics(likes=1))
    desk.store.readings.skip(due)
    assert desk.standing(key).read_at is None
    assert desk.read(40 * DAY) == 0


def test_what_somebody_deleted_there_is_read_no_more_and_said_once(desk: Desk) -> None:
    channel = desk.channel()
    key = desk.publish(channel, "Bread is back.")
    _delete_there(desk, channel)
    desk.read(HOUR)
    assert "not on its network any more" in desk.store.deliveries.events(key)[-1].text
    assert desk.read(40 * DAY) == 0


def test_a_thread_of_which_a_part_is_gone_is_read_on(desk: Desk) -> None:
    channel = desk.channel()
    key = desk.publish(channel, "One.", "Two.")
    _delete_there(desk, channel)
    desk.read(HOUR)
    assert desk.standing(key).read_at == MONDAY + HOUR


def _delete_there(desk: Desk, channel: Channel) -> None:
    """Delete the first post as a person does on the network, without our knowing."""
    from socialpipe.engine import connect

    post = desk.simulator.posts()[0]
    connect(desk.engine, channel).delete(Receipt(post.id))


@pytest.mark.parametrize(("fault", "wait"), [("throttle", HOUR), ("error", 15 * HOUR / 60)])
def test_a_network_in_trouble_is_left_alone_and_asked_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: str, wait: timedelta
) -> None:
    channel = desk.channel()
    keys = [desk.publish(channel, text) for text in ("One.", "Two.")]
    asked = _fail(monkeypatch, fault)
    desk.read(HOUR)
    assert len(asked) <= 2
    before = len(asked)
    assert desk.read(wait - timedelta(seconds=1)) == 0  # nor the other delivery of the channel
    assert len(asked) == before
    monkeypatch.undo()
    monkeypatch.setattr(desk.store.database, "now", lambda: desk.now)
    assert desk.read(timedelta(seconds=1)) == 2
    assert all(desk.standing(key).read_at == desk.now for key in keys)


def _fail(monkeypatch: pytest.MonkeyPatch, fault: str) -> list[str]:
    from socialpipe.errors import NotSent, Throttled

    asked: list[str] = []

    def metrics(_: Mastodon, receipt: Receipt) -> Metrics:
        asked.append(receipt.id)
        if fault == "throttle":
            raise Throttled("Too fast.", seconds=3600)
        raise NotSent("It does not answer.")

    monkeypatch.setattr(Mastodon, "metrics", metrics)
    return asked


def test_a_dead_network_is_given_up_in_the_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publish(desk.channel(), "Bread is back.")
    asked = _fail(monkeypatch, "error")
    for _ in range(60):
        desk.read(DAY)
    assert 30 < len(asked) <= 37
    assert desk.read(400 * DAY) == 0


def test_an_adapter_that_stumbles_is_asked_again_at_the_next_step_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publish(desk.channel(), "Bread is back.")
    monkeypatch.setattr(Mastodon, "metrics", lambda *_: 1 / 0)
    assert [desk.read(HOUR), desk.read(HOUR), desk.read(4 * HOUR)] == [1, 0, 1]


def test_a_refused_credential_pauses_nobody(desk: Desk) -> None:
    channel = desk.channel()
    desk.publish(channel, "Bread is back.")
    desk.simulator.network("mastodon").revoke("token-mastodon")
    desk.read(HOUR)
    assert not desk.store.channels.get(channel.name).paused
    assert [desk.read(5 * HOUR), desk.read(HOUR)] == [0, 1]


class Traffic:
    """Lets nobody read; notes what else it is asked."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    def ask(self, asked: Sequence[Wish]) -> list[Refusal | None]:
        self.noted.append("ask")
        return [None] * len(asked)

    def ask_to_read(self, _: Channel, calls: int) -> Refusal:
        self.noted.append(f"read {calls}")
        return Refusal("enough", 600.0)

    def saw(self, *_: object) -> None:
        self.noted.append("saw")

    def heard(self, *_: object) -> None:
        self.noted.append("heard")


def test_a_spent_budget_puts_reading_off_and_takes_nothing_of_publications(desk: Desk) -> None:
    channel = desk.channel()
    desk.publish(channel, "One.", "Two.")
    traffic = Traffic()
    calls = len(desk.simulator.calls())
    desk.engine = replace(desk.engine, traffic=traffic)
    desk.read(HOUR)
    assert traffic.noted == ["read 2"]
    assert len(desk.simulator.calls()) == calls
    assert [desk.read(timedelta(seconds=599)), desk.read(timedelta(seconds=1))] == [0, 1]


def test_what_reading_is_told_of_limits_shuts_no_way_for_publications(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publish(desk.channel(), "One.")
    watched: list[bool] = []

    class Open(Traffic):
        def ask_to_read(self, _: Channel, calls: int) -> None:  # type: ignore[override]
            self.noted.append(f"read {calls}")

    def metrics(platform: Mastodon, _: Receipt) -> Metrics:
        watched.append(platform.http is not desk.engine.http)
        return Metrics(likes=1)

    monkeypatch.setattr(Mastodon, "metrics", metrics)
    traffic = Open()
    desk.engine = replace(desk.engine, traffic=traffic)
    desk.read(HOUR)
    assert watched == [False]
    assert traffic.noted == ["read 1"]


def test_many_readers_read_each_delivery_once(desk: Desk) -> None:
    channel = desk.channel()
    for n in range(12):
        desk.publish(channel, f"Number {n}.")
    desk.now += HOUR
    calls = len(desk.simulator.calls())

    def work() -> None:
        reader = Reader(desk.engine)
        while reader.round():
            pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.simulator.calls()) - calls == 12


def test_a_reader_that_dies_loses_nothing(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "Bread is back.")
    desk.now += HOUR
    assert len(desk.store.readings.take(LEASE, 9)) == 1
    assert [desk.read(), desk.read(LEASE)] == [0, 1]
    assert desk.standing(key).read_at == MONDAY + HOUR + LEASE


def test_a_post_that_a_person_reported_is_left_out_quietly(desk: Desk) -> None:
    from tests.engine.stage import schedule

    key = schedule(desk.store, desk.channel(), "Bread is back.")
    desk.store.deliveries.confirm_published(key, "https://mastodon.example/@me/1")
    assert desk.read(HOUR) == 1
    assert desk.standing(key).now == Metrics()


# ── our own links ──────────────────────────────────────────────────────────────────────────────


def test_clicks_on_a_short_link_are_the_posts(desk: Desk) -> None:
    channel = desk.channel("telegram")  # which tells nothing itself
    code = desk.store.short_links.shorten(channel.name, "https://news.example/bread")
    key = _publish_with(desk, channel, code)
    for _ in range(3):
        desk.store.short_links.follow(code)
    desk.read(HOUR)
    assert desk.numbers(key) == Metrics(clicks=3)


def test_posts_that_share_a_link_share_its_clicks(desk: Desk) -> None:
    channel = desk.channel("telegram")
    code = desk.store.short_links.shorten(channel.name, "https://news.example/bread")
    first = _publish_with(desk, channel, code, "One.")
    _follow(desk, code, 4)
    desk.read(HOUR)
    desk.read(5 * HOUR)
    second = _publish_with(desk, channel, code, "Two.")
    _follow(desk, code, 3)
    desk.read(HOUR)
    assert [desk.numbers(one).clicks for one in (first, second)] == [4, 3]
    _follow(desk, code, 2)
    assert desk.read(5 * HOUR) == 1  # the second
    _follow(desk, code, 1)
    assert desk.read(12 * HOUR) == 1  # the first: what came since is not its own
    assert [desk.numbers(one).clicks for one in (first, second)] == [4, 5]
    desk.read(6 * HOUR)
    assert desk.numbers(second).clicks == 6


def test_a_link_of_another_channel_is_not_ours(desk: Desk) -> None:
    code = desk.store.short_links.shorten("other", "https://news.example/bread")
    key = _publish_with(desk, desk.channel("telegram"), code)
    _follow(desk, code, 4)
    desk.read(HOUR)
    assert desk.numbers(key) == Metrics()


def _follow(desk: Desk, code: str, times: int) -> None:
    for _ in range(times):
        desk.store.short_links.follow(code)


def _publish_with(desk: Desk, channel: Channel, code: str, text: str = "Bread is back.") -> int:
    from tests.engine.stage import post, schedule_many

    made = replace(post(channel.platform, text), link=f"https://go.example/l/{code}")
    (key,) = schedule_many(desk.store, [(channel, made)])
    from socialpipe.pipeline import deliver

    for row in desk.store.claims.claim(timedelta(0), "test"):
        deliver(desk.engine, row.id, row.fence)
    return key


# ── forgetting ─────────────────────────────────────────────────────────────────────────────────


def test_old_numbers_are_forgotten_but_for_the_last(desk: Desk) -> None:
    key = desk.publish(desk.channel(), "Bread is back.")
    for step in STEPS[:4]:
        desk.now = MONDAY + step
        desk.read()
    assert Retention(desk.store.database).forget(30 * DAY).readings == 0
    desk.now = MONDAY + 60 * DAY
    assert Retention(desk.store.database).forget(30 * DAY).readings == 3
    assert Retention(desk.store.database).forget(30 * DAY).readings == 0
    assert desk.standing(key).read_at == MONDAY + STEPS[3]
