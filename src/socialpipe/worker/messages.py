"""Messages to the workers, ready-made: Celery's message protocol 2 on kombu's Redis transport.

Whoever only sends needs no Celery: hundreds of messages are one call to Redis, and the dispatcher
is a small process. A message says "now", by `(id, fence)` or by a list of such pairs; what it means
is in SQL. The form is a promise between versions: during an upgrade workers and dispatchers of two
versions share a queue.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import redis

from socialpipe.errors import TryAgain

KEY_PREFIX = "socialpipe:"  # of every key that Celery uses in this Redis
_MOST = 25  # deliveries in a message
_SPREAD = 4  # messages at least, while there is something to share between workers


class Task(NamedTuple):
    """A task of the workers, and the queue that it goes to."""

    name: str
    queue: str


DELIVER = Task("socialpipe.deliver", "publish")
DELIVER_MANY = Task("socialpipe.deliver_many", "publish")  # takes a list of pairs
PREPARE = Task("socialpipe.prepare", "prepare")


def send(connection: redis.Redis, task: Task, work: Sequence[tuple[Any, ...]]) -> None:
    """Hand `work`, the arguments of each message, to the workers of the task, the first one first.

    Raises TryAgain when Redis does not take it; then nothing was sent, or all of it.
    """
    if not work:
        return
    try:
        connection.lpush(KEY_PREFIX + task.queue, *(message(task, *pair) for pair in work))
    except redis.RedisError as error:
        raise TryAgain(f"Redis does not take messages: {error}.") from error


def send_deliveries(connection: redis.Redis, work: Sequence[tuple[int, int]]) -> None:
    """Hand out deliveries, several a message where there are many: Celery's work is a message.

    Raises TryAgain as `send` does.
    """
    size = min(_MOST, -(-len(work) // _SPREAD))
    if size <= 1:
        send(connection, DELIVER, work)
    else:
        chunks = [[list(pair) for pair in work[n : n + size]] for n in range(0, len(work), size)]
        send(connection, DELIVER_MANY, [(chunk,) for chunk in chunks])


def message(task: Task, *arguments: Any) -> str:
    """Build one message."""
    name = str(uuid.uuid4())
    return json.dumps(
        {
            "body": _base64([arguments, {}, _NO_CALLBACKS]),
            "content-encoding": "utf-8",
            "content-type": "application/json",
            "headers": {
                "lang": "py",
                "task": task.name,
                "id": name,
                "root_id": name,
                "parent_id": None,
                "shadow": None,
                "group": None,
                "group_index": None,
                "eta": None,
                "expires": None,
                "retries": 0,
                "timelimit": [None, None],
                "argsrepr": repr(arguments),
                "kwargsrepr": "{}",
                "origin": f"{os.getpid()}@{socket.gethostname()}",
                "ignore_result": True,
                "replaced_task_nesting": 0,
                "stamped_headers": None,
                "stamps": {},
            },
            "properties": {
                "correlation_id": name,
                "reply_to": "",
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": task.queue},
                "priority": 0,
                "body_encoding": "base64",
                "delivery_tag": str(uuid.uuid4()),
            },
        }
    )


_NO_CALLBACKS = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}


def _base64(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()
