"""huey with threads and an ETA a job."""

from __future__ import annotations

from datetime import datetime

import redis
from huey import RedisHuey
from job import ORDER, due_in_a_while, run

huey = RedisHuey(
    connection_pool=redis.ConnectionPool(
        connection_class=redis.UnixDomainSocketConnection, path=ORDER.socket, max_connections=10_000
    ),
    results=False,
    utc=False,
)


@huey.task()
def post(number: int) -> None:
    run(number)


if __name__ == "__main__":
    at = datetime.fromtimestamp(due_in_a_while())  # noqa: DTZ006 - huey's own local time
    for n in range(ORDER.jobs):
        post.schedule((n,), eta=at)
    huey.create_consumer(workers=ORDER.workers, worker_type="thread", scheduler_interval=1).run()
