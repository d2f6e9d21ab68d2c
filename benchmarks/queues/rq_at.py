"""rq: a process a job at a time, as its documentation runs it, but without a fork for each job."""

from __future__ import annotations

import logging
import multiprocessing
from datetime import UTC, datetime

import redis
from job import ORDER, due_in_a_while, run, stay
from rq import Queue, SimpleWorker


def connection() -> redis.Redis:
    return redis.Redis(unix_socket_path=ORDER.socket)


def work(first: bool) -> None:  # noqa: FBT001
    logging.disable(logging.CRITICAL)
    worker = SimpleWorker([Queue(connection=connection())], connection=connection())
    worker.work(with_scheduler=first, logging_level="CRITICAL")


if __name__ == "__main__":
    queue = Queue(connection=connection())
    at = datetime.fromtimestamp(due_in_a_while(), UTC)
    for n in range(ORDER.jobs):
        queue.enqueue_at(at, run, n, result_ttl=0)
    for n in range(ORDER.workers):
        multiprocessing.Process(target=work, args=(n == 0,)).start()
    stay()
