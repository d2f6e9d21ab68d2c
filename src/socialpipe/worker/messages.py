"""Messages to the workers, ready-made: Celery's message protocol 2 on kombu's Redis transport.

Whoever only sends needs no Celery: hundreds of messages are one call to Redis, and the dispatcher
is a small process. A message says "now", by `(id, fence)`; what it means is in SQL. This form is a
promise between versions: during an upgrade workers and dispatchers of two versions share a queue.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import uuid
from collections.abc import Sequence
from typing import NamedTuple

import redis

from socialpipe.errors import TryAgain

KEY_PREFIX = "socialpipe:"  # of every key that Celery uses in this Redis


class Task(NamedTuple):
    """A task of the workers, and the queue that it goes to."""

    name: str
    queue: str


DELIVER = Task("socialpipe.deliver", "publish")
PREPARE = Task("socialpipe.prepare", "prepare")


def send(connection: redis.Redis, task: Task, work: Sequence[tuple[int, int]]) -> None:
    """Hand `work`, pairs of id and fence, to the workers of the task, the first one first.

    Raises TryAgain when Redis does not take it; then nothing was sent, or all of it.
    """
    if not work:
        return
    try:
        connection.lpush(KEY_PREFIX + task.queue, *(message(task, *pair) for pair in work))
    except redis.RedisError as error:
        raise TryAgain(f"Redis does not take messages: {error}.") from error


def message(task: Task, key: int, fence: int) -> str:
    """Build one message."""
    name = str(uuid.uuid4())
    arguments = [key, fence]
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
                "argsrepr": repr(tuple(arguments)),
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
