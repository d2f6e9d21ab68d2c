"""Celery with an ETA a job; its worker holds them in memory until they are due."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from celery import Celery
from job import ORDER, due_in_a_while, run

app = Celery(broker=f"redis+socket://{ORDER.socket}")
app.conf.update(task_ignore_result=True, worker_hijack_root_logger=False)


@app.task
def post(number: int) -> None:
    run(number)


if __name__ == "__main__":
    at = datetime.fromtimestamp(due_in_a_while(), UTC)
    post.name = "celery_eta.post"
    for n in range(ORDER.jobs):
        app.send_task("celery_eta.post", args=(n,), eta=at)
    sys.modules["celery_eta"] = sys.modules["__main__"]
    app.tasks["celery_eta.post"] = post
    app.worker_main(
        ["worker", "-P", "threads", "-c", str(ORDER.workers), "-l", "CRITICAL", "--without-gossip"]
    )
