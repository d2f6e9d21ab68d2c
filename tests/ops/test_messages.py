"""The form of a message is a promise: workers and dispatchers of two versions share a queue."""

from __future__ import annotations

import base64
import inspect
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery import Celery
from celery.contrib.testing.worker import start_worker
from tests.conftest import Environment

from socialpipe.errors import TryAgain
from socialpipe.worker import broker, tasks
from socialpipe.worker.app import configure
from socialpipe.worker.messages import (
    DELIVER,
    DELIVER_MANY,
    PREPARE,
    Task,
    message,
    send,
    send_deliveries,
)

Done = list[tuple[str, int, int]]

# As the first version sent it, to the letter. Never change this: a new version must take it.
FIRST = (
    '{"body": "W1s0MiwgN10sIHt9LCB7ImNhbGxiYWNrcyI6IG51bGwsICJlcnJiYWNrcyI6IG51bGwsICJjaGFpbiI6'
    'IG51bGwsICJjaG9yZCI6IG51bGx9XQ==", "content-encoding": "utf-8", "content-type":'
    ' "application/json", "headers": {"lang": "py", "task": "socialpipe.deliver", "id":'
    ' "9d0f2f5e-6a53-4a0e-8d0c-3c1f1b9a7a10", "root_id": "9d0f2f5e-6a53-4a0e-8d0c-3c1f1b9a7a10",'
    ' "parent_id": null, "shadow": null, "group": null, "group_index": null, "eta": null,'
    ' "expires": null, "retries": 0, "timelimit": [null, null], "argsrepr": "(42, 7)",'
    ' "kwargsrepr": "{}", "origin": "1@host", "ignore_result": true, "replaced_task_nesting": 0,'
    ' "stamped_headers": null, "stamps": {}}, "properties": {"correlation_id":'
    ' "9d0f2f5e-6a53-4a0e-8d0c-3c1f1b9a7a10", "reply_to": "", "delivery_mode": 2,'
    ' "delivery_info": {"exchange": "", "routing_key": "publish"}, "priority": 0,'
    ' "body_encoding": "base64", "delivery_tag": "5b1f3a52-0f5c-4c0e-9f43-52d5a4a2b0de"}}'
)


@pytest.fixture
def connection(environment: Environment, redis_url: str) -> Iterator[redis.Redis]:
    settings = environment(redis_url=redis_url)
    opened = broker.client(settings)
    opened.flushdb()
    yield opened
    opened.close()


@pytest.fixture
def app(connection: redis.Redis, environment: Environment, redis_url: str) -> Celery:
    return configure(environment(redis_url=redis_url))


@pytest.fixture
def done(app: Celery) -> Done:
    """What the worker's tasks were called with."""
    calls: Done = []

    def deliver(delivery_id: int, fence: int) -> None:
        calls.append(("deliver", delivery_id, fence))

    def prepare(campaign_id: int, fence: int) -> None:
        calls.append(("prepare", campaign_id, fence))

    app.task(deliver, name=DELIVER.name, shared=False)
    app.task(prepare, name=PREPARE.name, shared=False)
    return calls


def work(app: Celery, done: Done, expected: int) -> None:
    """Run a real worker until it has done so many tasks."""
    with start_worker(
        app,
        pool="solo",
        perform_ping_check=False,
        queues=["publish", "prepare"],
        loglevel="CRITICAL",
    ):
        deadline = time.monotonic() + 20
        while len(done) < expected and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.2)  # whoever would run more than that has had the time to


def test_names_and_arguments_are_pinned() -> None:
    assert DELIVER == ("socialpipe.deliver", "publish")
    assert PREPARE == ("socialpipe.prepare", "prepare")
    for task in (tasks.deliver, tasks.prepare):
        inspect.signature(task).bind(42, 7)
    assert DELIVER_MANY == ("socialpipe.deliver_many", "publish")
    inspect.signature(tasks.deliver_many).bind([[42, 7], [43, 1]])


def test_message_is_what_celery_sends(app: Celery, connection: redis.Redis) -> None:
    app.send_task(DELIVER.name, args=(42, 7), queue=DELIVER.queue)
    theirs = json.loads(_popped(connection))
    send(connection, DELIVER, [(42, 7)])
    ours = json.loads(_popped(connection))
    assert base64.b64decode(ours.pop("body")) == base64.b64decode(theirs.pop("body"))
    own = {"id", "root_id", "origin", "ignore_result", "correlation_id", "reply_to", "delivery_tag"}
    assert _without(ours, own) == _without(theirs, own)


def test_form_has_not_changed(connection: redis.Redis) -> None:
    first, now = json.loads(FIRST), json.loads(message(DELIVER, 42, 7))
    own = {"id", "root_id", "origin", "correlation_id", "delivery_tag"}
    assert _without(now, own) == _without(first, own)
    assert {"socialpipe:publish"} == _keys_after(connection, DELIVER)
    assert {"socialpipe:prepare"} == _keys_after(connection, PREPARE)


def test_real_worker_takes_them_in_order(app: Celery, connection: redis.Redis, done: Done) -> None:
    connection.lpush("socialpipe:publish", FIRST)
    send(connection, DELIVER, [(n, 1) for n in range(100)])
    send(connection, PREPARE, [(5, 3)])
    send(connection, DELIVER, [])
    work(app, done, 102)
    assert [call for call in done if call[0] == "prepare"] == [("prepare", 5, 3)]
    delivered = [call[1:] for call in done if call[0] == "deliver"]
    assert delivered == [(42, 7), *((n, 1) for n in range(100))]


def test_messages_of_another_version_are_dropped(
    app: Celery, connection: redis.Redis, done: Done
) -> None:
    """The lease brings their deliveries back; the worker goes on."""
    send(connection, Task("socialpipe.no_such_task", "publish"), [(1, 1)])
    longer = json.loads(message(DELIVER, 2, 2))
    longer["body"] = base64.b64encode(json.dumps([[2, 2, "more"], {}, {}]).encode()).decode()
    named = json.loads(message(DELIVER, 3, 3))
    named["body"] = base64.b64encode(json.dumps([[3, 3], {"new": 1}, {}]).encode()).decode()
    connection.lpush("socialpipe:publish", json.dumps(longer), json.dumps(named))
    send(connection, DELIVER, [(4, 4)])
    work(app, done, 1)
    assert done == [("deliver", 4, 4)]
    assert connection.llen("socialpipe:publish") == 0
    assert connection.hlen("socialpipe:unacked") == 0


def test_broken_redis_is_said(environment: Environment) -> None:
    nowhere = broker.client(environment(redis_url="unix:///nowhere/redis.sock"))
    with pytest.raises(TryAgain, match="Redis does not take messages"):
        send(nowhere, DELIVER, [(1, 1)])


def _popped(connection: redis.Redis) -> bytes:
    found: Any = connection.rpop("socialpipe:publish")
    assert isinstance(found, bytes)
    return found


def _keys_after(connection: redis.Redis, task: Task) -> set[str]:
    connection.flushdb()
    send(connection, task, [(1, 1)])
    found: Any = connection.keys()
    return {key.decode() for key in found}


def _without(value: Any, names: set[str]) -> Any:
    """Leave out what differs from message to message."""
    if not isinstance(value, dict):
        return value
    return {key: _without(inner, names) for key, inner in value.items() if key not in names}


def test_many_deliveries_share_a_few_messages(
    app: Celery, connection: redis.Redis, done: Done
) -> None:
    def deliver_many(work: list[list[int]]) -> None:
        done.extend(("many", key, fence) for key, fence in work)

    app.task(deliver_many, name=DELIVER_MANY.name, shared=False)
    pairs = [(n, 1) for n in range(110)]
    send_deliveries(connection, pairs)
    assert connection.llen("socialpipe:publish") == 5
    work(app, done, 110)
    assert done == [("many", *pair) for pair in pairs]


@pytest.mark.parametrize(("count", "messages"), [(0, 0), (1, 1), (4, 4), (8, 4), (100, 4)])
def test_messages_are_enough_to_share_between_workers(
    connection: redis.Redis, count: int, messages: int
) -> None:
    send_deliveries(connection, [(n, 1) for n in range(count)])
    assert connection.llen("socialpipe:publish") == messages
