"""Every outcome of a delivery, on both databases, against the stand-in networks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.engine.stage import PLATFORMS, connect, schedule

from socialpipe.engine import Engine
from socialpipe.errors import Refused
from socialpipe.model import Card, Delivery, OnMiss, State
from socialpipe.pipeline import deliver
from socialpipe.recovery import settle
from socialpipe.schedule.moment import Moment
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import delivery as table
from socialpipe.store.states import Moved

SOON = timedelta(seconds=0)


def claim(store: Store, ahead: timedelta = SOON) -> list[Moved]:
    return store.claims.claim(ahead, "test")


def run(engine: Engine, ahead: timedelta = SOON) -> list[Moved]:
    """Claim and deliver what is due, as dispatcher and worker do."""
    claimed = claim(engine.store, ahead)
    for row in claimed:
        deliver(engine, row.id, row.fence)
    return claimed


def look(engine: Engine) -> None:
    """Let the keeper look now at everything that is uncertain and can be looked at."""
    store = engine.store
    with store.database.write() as connection:
        connection.execute(
            table.update().where(table.c.look_at.is_not(None)).values(look_at=store.now())
        )
    for job in store.sweeps.take_uncertain(100, "keeper"):
        settle(engine, job)


def only(store: Store) -> Delivery:
    (found,) = store.deliveries.find()
    return found


@pytest.mark.parametrize("platform", PLATFORMS)
def test_publishes_once(engine: Engine, simulator: Simulator, platform: str) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, platform), "Hello.")
    (row,) = run(engine)
    for _ in range(10):  # the same message again and again
        deliver(engine, row.id, row.fence)
    assert [post.text for post in simulator.posts(platform)] == ["Hello."]
    found = only(store)
    assert found.state is State.PUBLISHED
    assert found.receipt is not None
    assert found.receipt.id == simulator.posts(platform)[0].id
    states = [event.to_state for event in store.deliveries.events(found.id)]
    assert states == ["draft", "scheduled", "claimed", "publishing", "published"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_image_goes_with_the_first_part(
    engine: Engine, simulator: Simulator, platform: str, picture: Card
) -> None:
    schedule(engine.store, connect(engine.store, simulator, platform), "Look.", cards=(picture,))
    run(engine)
    (post,) = simulator.posts(platform)
    assert len(post.media) == 1
    assert only(engine.store).state is State.PUBLISHED


def test_stale_message_does_nothing(engine: Engine, simulator: Simulator) -> None:
    schedule(engine.store, connect(engine.store, simulator, "mastodon"), "Hello.")
    (row,) = claim(engine.store)
    deliver(engine, row.id, row.fence - 1)
    deliver(engine, row.id, row.fence + 1)
    assert simulator.posts() == []
    assert only(engine.store).state is State.CLAIMED


def test_throttle_moves_the_time_and_costs_no_attempt(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    simulator.fault("mastodon", "throttle", count=1, seconds=40.0)
    before = store.now()
    run(engine)
    found = only(store)
    assert (found.state, found.attempt) == (State.SCHEDULED, 0)
    assert timedelta(seconds=38) < found.due_at - before < timedelta(seconds=50)
    run(engine, ahead=timedelta(minutes=1))
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts()) == 1


def test_unreachable_network_is_tried_again_until_attempts_are_spent(engine: Engine) -> None:
    store = engine.store
    with Simulator() as gone:
        schedule(store, connect(store, gone, "mastodon"), "Hello.", max_attempts=3)
    for attempt in (1, 2):
        run(engine, ahead=timedelta(hours=1))
        found = only(store)
        assert (found.state, found.attempt) == (State.SCHEDULED, attempt)
        assert found.reason
    run(engine, ahead=timedelta(hours=1))
    assert only(store).state is State.FAILED


def test_refused_credential_pauses_the_channel_and_keeps_the_delivery(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Hello.")
    simulator.fault("mastodon", "revoke", count=1)
    run(engine)
    paused = store.channels.get("mastodon")
    assert paused.paused
    assert paused.pause_reason
    assert only(store).state is State.SCHEDULED
    assert claim(store) == []


def test_rejected_post_fails_with_the_networks_words(engine: Engine, simulator: Simulator) -> None:
    schedule(engine.store, connect(engine.store, simulator, "mastodon"), "x" * 501)
    run(engine)
    found = only(engine.store)
    assert found.state is State.FAILED
    assert "500" in (found.reason or "")
    assert simulator.posts() == []


@pytest.mark.parametrize("platform", ["x", "bluesky", "mastodon"])
def test_lost_answer_is_looked_up(engine: Engine, simulator: Simulator, platform: str) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, platform), "Hello.")
    simulator.fault(platform, "drop", count=1)
    run(engine)
    found = only(store)
    assert found.state is State.UNCERTAIN
    with pytest.raises(Refused, match="twice"):
        store.deliveries.retry(found.id)
    with pytest.raises(Refused):
        store.deliveries.cancel(found.id)
    assert run(engine) == []
    look(engine)
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts(platform)) == 1


@pytest.mark.parametrize("platform", ["bluesky", "mastodon"])
def test_not_found_is_repeated_with_the_same_key(
    engine: Engine, simulator: Simulator, platform: str
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, platform), "Hello.")
    simulator.fault(platform, "error", count=1)  # 500, and nothing was accepted
    run(engine)
    assert only(store).state is State.UNCERTAIN
    look(engine)
    assert only(store).state is State.SCHEDULED
    run(engine)
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts(platform)) == 1


def test_absence_needs_two_misses_where_there_is_no_key(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, "x"), "Hello.")
    simulator.fault("x", "error", count=1)
    run(engine)
    look(engine)
    assert (only(store).state, only(store).misses) == (State.UNCERTAIN, 1)
    look(engine)
    assert only(store).state is State.SCHEDULED
    run(engine)
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts("x")) == 1


def test_expired_key_is_not_trusted(engine: Engine, simulator: Simulator) -> None:
    """A repeat that comes after the key's lifetime could be a twin: look again instead."""
    store = engine.store
    schedule(store, connect(store, simulator, "mastodon"), "Hello.", grace=timedelta(days=2))
    simulator.fault("mastodon", "error", count=1)
    run(engine)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE step SET sent_at = sent_at - 7200000")
    look(engine)
    assert (only(store).state, only(store).misses) == (State.UNCERTAIN, 1)


def test_network_without_key_and_look_needs_a_person(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "telegram"), "Hello.")
    simulator.fault("telegram", "drop", count=1)
    run(engine)
    look(engine)
    found = only(store)
    assert (found.state, found.look_at) == (State.UNCERTAIN, None)
    store.deliveries.confirm_published(key, "https://t.me/channel/1")
    found = only(store)
    assert found.state is State.PUBLISHED
    assert found.receipt is not None
    assert found.receipt.url == "https://t.me/channel/1"
    with pytest.raises(Refused):
        store.deliveries.confirm_absent(key)


def test_person_says_absent(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "telegram"), "Hello.")
    simulator.fault("telegram", "error", count=1)
    run(engine)
    assert only(store).state is State.UNCERTAIN
    store.deliveries.confirm_absent(key)
    run(engine)
    assert only(store).state is State.PUBLISHED
    assert len(simulator.posts("telegram")) == 1


@pytest.mark.parametrize("platform", ["x", "bluesky", "mastodon"])
def test_thread_goes_on_where_it_broke(engine: Engine, simulator: Simulator, platform: str) -> None:
    store = engine.store
    schedule(store, connect(store, simulator, platform), "One.", "Two.", "Three.")
    simulator.fault(platform, "drop", count=1, match="Two.")
    run(engine)
    assert only(store).state is State.UNCERTAIN
    look(engine)
    run(engine)
    assert only(store).state is State.PUBLISHED
    posts = simulator.posts(platform)
    assert [post.text for post in posts] == ["One.", "Two.", "Three."]
    assert posts[0].reply_to is None
    assert all(post.reply_to for post in posts[1:])


def test_paused_channel_is_not_served(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Hello.")
    (row,) = claim(store)
    store.channels.pause(channel.id, "paused by hand")
    deliver(engine, row.id, row.fence)  # the message was under way already
    assert only(store).state is State.SCHEDULED
    assert claim(store) == []
    store.channels.resume(channel.id)
    run(engine)
    assert only(store).state is State.PUBLISHED


def test_beyond_its_grace_it_is_missed(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    late = store.now() - timedelta(hours=2)
    channel = connect(store, simulator, "mastodon")
    key = schedule(
        store, channel, "Old news.", at=late, grace=timedelta(hours=1), on_miss=OnMiss.SKIP
    )
    run(engine)
    found = only(store)
    assert found.state is State.MISSED
    assert "grace" in (found.reason or "")
    assert simulator.posts() == []
    store.deliveries.retry(key)
    run(engine)
    assert only(store).state is State.PUBLISHED


def test_within_its_grace_it_goes_out_late(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    late = store.now() - timedelta(minutes=30)
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Late.", at=late, grace=timedelta(hours=1))
    run(engine)
    assert only(store).state is State.PUBLISHED


def test_cancel_outdates_a_message_under_way(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    (row,) = claim(store)
    store.deliveries.cancel(key)
    deliver(engine, row.id, row.fence)
    assert only(store).state is State.CANCELLED
    assert simulator.posts() == []


def test_move_changes_the_time(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    later = store.now() + timedelta(hours=1)
    store.moves.move(key, Moment(later), "operator")
    assert claim(store) == []
    (row,) = claim(store, ahead=timedelta(hours=2))
    deliver(engine, row.id, row.fence)
    with pytest.raises(Refused):
        store.moves.move(key, Moment(later), "operator")


@pytest.mark.parametrize("state", ["scheduled", "in_review", "failed", "missed"])
def test_live_post_is_adopted(engine: Engine, simulator: Simulator, state: str) -> None:
    """A person posted it by hand: it counts as published, and nothing is sent."""
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    with store.database.write() as connection:
        connection.execute(table.update().values(state=state))
    store.deliveries.confirm_published(key, "https://mastodon.example/@me/1")
    found = only(store)
    assert found.state is State.PUBLISHED
    assert found.receipt is not None
    assert found.receipt.url == "https://mastodon.example/@me/1"
    assert run(engine, ahead=timedelta(days=1)) == []
    assert simulator.posts() == []


def test_what_is_being_sent_is_not_adopted(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    (row,) = claim(store)
    assert store.jobs.begin(row.id, row.fence, "worker") is not None
    with pytest.raises(Refused, match="publishing"):
        store.deliveries.confirm_published(key, "https://mastodon.example/@me/1")
