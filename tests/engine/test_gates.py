"""What holds a delivery back: freeze, review, lateness, twins, budgets, pace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.engine.stage import connect, post, schedule, schedule_many

from socialpipe.engine import Engine
from socialpipe.errors import Refused
from socialpipe.model import Channel, Delivery, OnMiss, State
from socialpipe.pipeline import deliver
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.schema import channel as channel_table
from socialpipe.store.schema import delivery as table

HOUR = timedelta(hours=1)


def run(engine: Engine) -> int:
    claimed = engine.store.claims.claim(timedelta(0), "test")
    for row in claimed:
        deliver(engine, row.id, row.fence)
    return len(claimed)


def run_all(engine: Engine) -> None:
    while run(engine):
        pass


def get(store: Store, key: int) -> Delivery:
    return store.deliveries.get(key)


def set_settings(store: Store, channel: Channel, **settings: str) -> None:
    with store.database.write() as connection:
        connection.execute(
            sa.update(channel_table)
            .where(channel_table.c.id == channel.id)
            .values(settings=settings)
        )


# ── freeze ─────────────────────────────────────────────────────────────────────────────────────


def test_freeze_stops_claims_and_messages_under_way(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    (row,) = store.claims.claim(timedelta(0), "test")
    store.switches.freeze("boss", "bad news")
    deliver(engine, row.id, row.fence)
    assert get(store, key).state is State.SCHEDULED
    assert "bad news" in (get(store, key).reason or "")
    assert run(engine) == 0
    assert simulator.posts() == []
    assert store.switches.frozen() == "bad news (boss)"
    assert store.switches.unfreeze()
    assert not store.switches.unfreeze()
    run_all(engine)
    assert get(store, key).state is State.PUBLISHED


# ── review ─────────────────────────────────────────────────────────────────────────────────────


def test_in_review_is_never_claimed(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.", needs_review=True)
    assert get(store, key).state is State.IN_REVIEW
    assert run(engine) == 0
    store.reviews.send_back(key, "ann", "shorter, please")
    assert get(store, key).state is State.IN_REVIEW
    assert "shorter" in (get(store, key).reason or "")
    store.reviews.approve(key, "bob")
    run_all(engine)
    assert get(store, key).state is State.PUBLISHED
    told = [(event.actor, event.text) for event in store.deliveries.events(key)]
    assert ("ann", "returned: shorter, please") in told
    assert ("bob", "approved") in told
    with pytest.raises(Refused):
        store.reviews.approve(key, "bob")


@pytest.mark.parametrize("again", [True, False])
def test_edit_after_approval(engine: Engine, simulator: Simulator, again: bool) -> None:
    store = engine.store
    later = store.now() + HOUR
    channel = connect(store, simulator, "mastodon")
    key = schedule(store, channel, "Hello.", at=later, needs_review=True)
    store.reviews.approve(key, "bob")
    changed = post("mastodon", "Hello, world.")
    store.reviews.replace(key, changed, "ann", review_again=again)
    assert get(store, key).state is (State.IN_REVIEW if again else State.SCHEDULED)
    assert store.deliveries.texts(key) == ["Hello, world."]


def test_edit_outdates_a_message_under_way(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    (row,) = store.claims.claim(timedelta(0), "test")
    store.reviews.replace(key, post("mastodon", "Better."), "ann", review_again=True)
    deliver(engine, row.id, row.fence)
    assert simulator.posts() == []


def test_what_may_be_out_is_not_edited(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    simulator.fault("mastodon", "drop", count=1)
    run(engine)
    with pytest.raises(Refused):
        store.reviews.replace(key, post("mastodon", "Other."), "ann", review_again=True)


# ── lateness ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on_miss", "expected"),
    [
        (OnMiss.PUBLISH, State.PUBLISHED),
        (OnMiss.HOLD, State.IN_REVIEW),
        (OnMiss.NEXT, State.SCHEDULED),
        (OnMiss.SKIP, State.MISSED),
    ],
)
def test_beyond_the_grace(
    engine: Engine, simulator: Simulator, on_miss: OnMiss, expected: State
) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    late = store.now() - 3 * HOUR
    key = schedule(store, channel, "Late.", at=late, grace=HOUR, on_miss=on_miss)
    run_all(engine)
    found = get(store, key)
    assert found.state is expected
    if on_miss is OnMiss.NEXT:
        assert found.due_at > store.now()
    if on_miss is OnMiss.HOLD:
        assert "grace" in (found.reason or "")
        store.reviews.approve(key, "bob")
        run_all(engine)
        assert get(store, key).state is State.PUBLISHED


# ── twins ──────────────────────────────────────────────────────────────────────────────────────


def test_twin_is_held_until_a_person_says_so(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    first = schedule(store, channel, "Same words.")
    run_all(engine)
    second = schedule(store, channel, "Same   words.")
    run_all(engine)
    held = get(store, second)
    assert held.state is State.IN_REVIEW
    assert f"delivery {first}" in (held.reason or "")
    assert len(simulator.posts()) == 1
    store.reviews.approve(second, "bob")
    run_all(engine)
    assert len(simulator.posts()) == 2


def test_twin_of_an_uncertain_delivery_is_held(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "telegram")
    schedule(store, channel, "Same words.")
    simulator.fault("telegram", "drop", count=1)
    run_all(engine)
    second = schedule(store, channel, "Same words.")
    run_all(engine)
    assert get(store, second).state is State.IN_REVIEW


def test_old_twins_other_channels_and_other_images_do_not_count(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    one, two = (connect(store, simulator, "mastodon", name) for name in ("one", "two"))
    schedule_many(store, [(one, post("mastodon", "Same.")), (two, post("mastodon", "Same."))])
    run_all(engine)
    assert len(simulator.posts()) == 2
    with store.database.write() as connection:
        connection.execute(sa.update(table).values(published_at=store.now() - timedelta(days=8)))
    schedule(store, one, "Same.")
    run_all(engine)
    assert len(simulator.posts()) == 3


# ── budgets and pace ───────────────────────────────────────────────────────────────────────────


def test_budget_of_an_hour_is_never_exceeded(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    set_settings(store, channel, max_per_hour="3")
    keys = [schedule(store, channel, f"Post {n}.") for n in range(5)]
    run_all(engine)
    states = [get(store, key).state for key in keys]
    assert states == [State.PUBLISHED] * 3 + [State.SCHEDULED] * 2
    waiting = get(store, keys[3])
    assert "budget of 3 posts an hour" in (waiting.reason or "")
    assert timedelta(minutes=55) < waiting.due_at - store.now() <= HOUR
    assert waiting.attempt == 0


def test_what_may_be_out_counts_against_the_budget(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "telegram")
    set_settings(store, channel, chat_id="@channel", max_per_day="1")
    schedule(store, channel, "One.")
    simulator.fault("telegram", "drop", count=1)
    run_all(engine)
    second = schedule(store, channel, "Two.")
    run_all(engine)
    assert "a day" in (get(store, second).reason or "")


def test_late_posts_of_a_channel_keep_a_distance(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    for n in range(4):
        schedule(store, channel, f"Late {n}.", at=store.now() - timedelta(minutes=10))
    run_all(engine)
    assert len(simulator.posts()) == 1
    with store.database.write() as connection:
        connection.execute(sa.update(channel_table).values(not_before=store.now()))
    run_all(engine)
    assert len(simulator.posts()) == 2


def test_half_a_thread_passes_the_gates(engine: Engine, simulator: Simulator) -> None:
    """Once the first part is out, neither lateness nor a budget stops the rest."""
    store = engine.store
    channel = connect(store, simulator, "bluesky")
    key = schedule(store, channel, "One.", "Two.", grace=HOUR, on_miss=OnMiss.SKIP)
    simulator.fault("bluesky", "throttle", count=1, seconds=0.0, match="Two.")
    run(engine)
    assert len(simulator.posts()) == 1
    with store.database.write() as connection:
        late = store.now() - 5 * HOUR
        connection.execute(sa.update(table).values(wanted_at=late, due_at=store.now()))
    run_all(engine)
    assert get(store, key).state is State.PUBLISHED
    assert len(simulator.posts()) == 2


def test_fingerprint_sees_text_and_images() -> None:
    from socialpipe.model import Card
    from socialpipe.store.rows import fingerprint

    card = Card(b"1", 1, 1, "alt")
    one = post("x", "Hello  there.", cards=(card,))
    assert fingerprint(one) == fingerprint(replace(post("x", "Hello there."), cards=(card,)))
    assert fingerprint(one) != fingerprint(post("x", "Hello there."))
    assert fingerprint(post("x", "a", "b")) != fingerprint(post("x", "ab"))
