"""APScheduler with its default store: the memory of this process."""

from __future__ import annotations

from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from job import ORDER, due_in_a_while, run, stay

if __name__ == "__main__":
    pool = {"default": ThreadPoolExecutor(ORDER.workers)}
    scheduler = BackgroundScheduler(executors=pool, timezone=UTC)
    at = datetime.fromtimestamp(due_in_a_while(), UTC)
    for n in range(ORDER.jobs):
        scheduler.add_job(run, "date", run_date=at, args=(n,), misfire_grace_time=None)
    scheduler.start()
    stay()
