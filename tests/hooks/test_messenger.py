"""Messages go out signed, again and again until they are accepted, and in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.engine.stage import schedule
from tests.hooks.conftest import SECRET, Receiver, is_signed
from tests.platforms.network import Drop, Reply, Slow

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Channel
from socialpipe.schedule.topics import Topic
from socialpipe.store import Store
from socialpipe.store.hooks import Hook, Message, MessageState
from socialpipe.store.outbox import tell as put
from socialpipe.store.schema import hook as hooks
from socialpipe.store.schema import message as messages
from socialpipe.worker.messenger import Messenger

Tell = Callable[[], list[Message]]
LEASE = timedelta(minutes=1)


@pytest.fixture
def delivery(store: Store, channel: Channel) -> int:
    return schedule(store, channel, "Hello.")


def happen(store: Store, delivery_id: int, *topics: Topic) -> None:
    for topic in topics:
        with store.database.write() as connection:
            put(connection, delivery_id, topic, store.now(), f"it is {topic}")


def age(store: Store, span: timedelta) -> None:
    """Let everything that waits be older, and due."""
    then = store.now() - span
    with store.database.write() as connection:
        connection.execute(sa.update(messages).values(since=then, due_at=then))
        failing = sa.update(hooks).where(hooks.c.failing_since.is_not(None))
        connection.execute(failing.values(failing_since=then))


def test_accepted_at_once(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, tell: Tell
) -> None:
    happen(store, delivery, Topic.PUBLISHED)
    (told,) = tell()
    assert (told.state, told.attempt) == (MessageState.ACCEPTED, 1)
    (request,) = receiver.network.requests
    assert is_signed(request)
    assert request.body.decode() == told.body
    assert request.headers["webhook-id"] == told.key
    assert abs(int(request.headers["webhook-timestamp"]) - time.time()) < 60
    assert request.headers["Content-Type"] == "application/json"
    tell()
    assert len(receiver.bodies) == 1


@pytest.mark.parametrize(
    "bad", [Reply(500), Reply(404), Reply(302, headers={"Location": "/"}), Drop(), Slow(3.0)]
)
def test_again_until_accepted_with_the_same_id_and_bytes(
    store: Store,
    hook: Hook,
    receiver: Receiver,
    delivery: int,
    tell: Tell,
    bad: Reply | Drop | Slow,
) -> None:
    receiver.answers([bad, Reply(200)])
    happen(store, delivery, Topic.PUBLISHED)
    before = store.now()
    (refused,) = tell()
    assert refused.state is MessageState.WAITING
    assert refused.answer
    assert refused.due_at >= before + timedelta(seconds=4)
    assert store.hooks.get(hook.id).failing_since is not None
    age(store, timedelta(0))
    (accepted,) = tell()
    assert (accepted.state, accepted.attempt) == (MessageState.ACCEPTED, 2)
    assert len(set(receiver.ids)) == 1
    assert receiver.bodies[0] == receiver.bodies[1]
    assert store.hooks.get(hook.id).failing_since is None


def test_the_wait_that_is_asked_for_is_kept(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, tell: Tell
) -> None:
    receiver.answers(Reply(429, headers={"Retry-After": "120"}))
    happen(store, delivery, Topic.PUBLISHED)
    before = store.now()
    (told,) = tell()
    assert told.due_at - before >= timedelta(seconds=119)
    tell()
    assert len(receiver.bodies) == 1


def test_a_later_event_waits_for_the_earlier_one_of_its_delivery_only(
    store: Store, hook: Hook, receiver: Receiver, channel: Channel, tell: Tell
) -> None:
    one, other = schedule(store, channel, "One."), schedule(store, channel, "Other.")
    receiver.answers([Reply(503, headers={"Retry-After": "60"}), Reply(200)])
    happen(store, one, Topic.UNCERTAIN, Topic.PUBLISHED)
    happen(store, other, Topic.PUBLISHED)
    states = [told.state for told in tell()]
    assert states == ["waiting", "waiting", "accepted"]
    assert [body["data"]["delivery"] for body in receiver.bodies] == [one, other]
    age(store, timedelta(minutes=1))
    assert [told.state for told in tell()] == ["accepted"] * 3
    of_one = [body["type"] for body in receiver.bodies if body["data"]["delivery"] == one]
    assert of_one == ["delivery.uncertain", "delivery.uncertain", "delivery.published"]


def test_given_up_after_days_then_the_next_is_sent(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, tell: Tell
) -> None:
    receiver.answers([Reply(500), Reply(200)])
    happen(store, delivery, Topic.UNCERTAIN)
    age(store, timedelta(days=3, minutes=1))
    happen(store, delivery, Topic.PUBLISHED)
    assert [told.state for told in tell()] == ["given up", "accepted"]


def test_a_dead_endpoint_is_disabled_with_a_note_and_can_be_enabled(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, tell: Tell
) -> None:
    receiver.answers(Reply(500))
    happen(store, delivery, Topic.UNCERTAIN)
    tell()
    age(store, timedelta(days=3, minutes=1))
    happen(store, delivery, Topic.PUBLISHED)
    tell()
    disabled = store.hooks.get(hook.id)
    assert disabled.disabled_at is not None
    assert "3 d" in str(disabled.note)
    assert "500" in str(disabled.note)
    seen = len(receiver.bodies)
    happen(store, delivery, Topic.CANCELLED)
    tell()
    assert len(receiver.bodies) == seen
    receiver.answers(Reply(200))
    store.hooks.enable(hook.id)
    assert [told.state for told in tell()] == ["given up", "accepted"]
    assert store.hooks.get(hook.id).note is None


def test_gone_means_no_more(
    store: Store, hook: Hook, receiver: Receiver, channel: Channel, tell: Tell
) -> None:
    receiver.answers(Reply(410))
    for text in ("One.", "Two."):
        happen(store, schedule(store, channel, text), Topic.PUBLISHED)
    tell()
    assert "no more" in str(store.hooks.get(hook.id).note)
    assert len(receiver.bodies) == 1


def test_a_slow_hook_holds_up_nobody(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, messenger: Messenger
) -> None:
    receiver.network.routes = {"POST /slow": Slow(20.0), **receiver.network.routes}
    slow = store.hooks.add(f"{receiver.network.base}/slow", [Topic.PUBLISHED], SECRET)
    happen(store, delivery, Topic.PUBLISHED)
    began = time.monotonic()
    futures = messenger.round()
    assert time.monotonic() - began < 1.0
    for one in futures:
        one.result(30)
    states = {told.hook_id: told.state for told in store.hooks.messages()}
    assert states == {hook.id: "accepted", slow.id: "waiting"}


def test_two_keepers_send_a_message_once(
    store: Store, hook: Hook, receiver: Receiver, channel: Channel
) -> None:
    one, other = schedule(store, channel, "One."), schedule(store, channel, "Other.")
    happen(store, one, Topic.UNCERTAIN, Topic.PUBLISHED)
    happen(store, other, Topic.PUBLISHED)
    taken = [store.hooks.take(hook.id, LEASE) for _ in range(3)]
    assert [told and (told.delivery_id, told.topic) for told in taken] == [
        (one, "uncertain"), (other, "published"), None,
    ]  # fmt: skip
    assert store.hooks.ready() == []
    age(store, LEASE)  # that keeper died
    again = store.hooks.take(hook.id, LEASE)
    assert again is not None
    assert taken[0] is not None
    assert again.key == taken[0].key
    store.hooks.refused(taken[0], "too late to say", None)  # it has no say any more
    assert {told.state for told in store.hooks.messages()} == {"waiting"}


def test_replay_sends_the_same_again(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, tell: Tell
) -> None:
    happen(store, delivery, Topic.PUBLISHED)
    (told,) = tell()
    store.hooks.replay(told.id)
    (again,) = tell()
    assert again.state is MessageState.ACCEPTED
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    with pytest.raises(NotFound):
        store.hooks.replay(told.id + 1)
    store.hooks.disable(hook.id, "enough")
    with pytest.raises(Refused, match="disabled"):
        store.hooks.replay(told.id)


def test_private_addresses_are_refused_when_sending(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, messenger: Messenger, tell: Tell
) -> None:
    messenger._http.allow_private_hosts = False
    happen(store, delivery, Topic.PUBLISHED)
    (told,) = tell()
    assert told.state is MessageState.WAITING
    assert "private" in str(told.answer)
    assert receiver.bodies == []


def test_finished_messages_are_forgotten_in_the_end(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, tell: Tell
) -> None:
    happen(store, delivery, Topic.PUBLISHED)
    tell()
    assert store.hooks.forget(store.now() - timedelta(days=1)) == 0
    age(store, timedelta(days=40))
    happen(store, delivery, Topic.CANCELLED)
    assert store.hooks.forget(store.now() - timedelta(days=30)) == 1
    assert [told.topic for told in store.hooks.messages()] == ["cancelled"]


def test_a_removed_hook_is_told_nothing(
    store: Store, hook: Hook, receiver: Receiver, delivery: int, tell: Tell
) -> None:
    happen(store, delivery, Topic.PUBLISHED)
    store.hooks.remove(hook.id)
    assert tell() == []
    assert receiver.bodies == []
