"""Publishes the deliveries of a message: each at its second, none waiting for another."""

from __future__ import annotations

import time
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor

from socialpipe import pipeline
from socialpipe.engine import Engine


class Publisher:
    """Runs as many publications at once as the settings say, whatever message they came with."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(engine.settings.publish_threads, "publication")

    def publish(self, work: Collection[tuple[int, int]]) -> None:
        """Publish deliveries, pairs of id and fence; return when all have ended.

        They were handed out a little ahead, so each waits for its second here. An error of one
        stops no other; the first is raised at the end.
        """
        begun: list[Future[None]] = []
        for due, key, fence in sorted(self._engine.store.jobs.due(work)):
            ahead = (due - self._engine.store.now()).total_seconds()
            time.sleep(min(max(ahead, 0.0), self._engine.settings.claim_ahead))
            begun.append(self._pool.submit(pipeline.deliver, self._engine, key, fence))
        failed = [error for one in begun if (error := one.exception())]
        if failed:
            raise failed[0]
