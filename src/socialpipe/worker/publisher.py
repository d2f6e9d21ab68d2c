"""Publishes the deliveries of a message: each at its second, none waiting for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.text.entities import urls


class Publisher:
    """Runs as many publications at once as the settings say, whatever message they came with.

    There are twice as many threads: half of them may read and write what is to be published and
    what was, while the others wait for networks.
    """

    def __init__(self, engine: Engine) -> None:
        places = engine.settings.publish_threads
        self._engine = replace(engine, places=threading.Semaphore(places))
        self._pool = ThreadPoolExecutor(2 * places, "publication")
        urls("example.org")  # builds its patterns, 0.2 s of CPU: else every thread would, at once
        self._messages = 0  # that have come in
        self._seen = 0  # … by the last look
        self._open = 0  # … and are being worked on
        self._lock = threading.Lock()

    def idle(self) -> bool:
        """Whether no message came in since the last look, and none is being worked on."""
        with self._lock:
            before, self._seen = self._seen, self._messages
            return self._open == 0 and before == self._messages

    def publish(self, work: Collection[tuple[int, int]]) -> None:
        """Publish deliveries, pairs of id and fence; return when all have ended.

        They were handed out a little ahead, so each waits for its second here. An error of one
        stops no other; the first is raised at the end.
        """
        with self._at_work():
            self._publish(work)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._lock:
            self._messages += 1
            self._open += 1
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1

    def _publish(self, work: Collection[tuple[int, int]]) -> None:
        begun: list[Future[None]] = []
        for due, key, fence in sorted(self._engine.store.jobs.due(work)):
            ahead = (due - self._engine.store.now()).total_seconds()
            time.sleep(min(max(ahead, 0.0), self._engine.settings.claim_ahead))
            begun.append(self._pool.submit(pipeline.deliver, self._engine, key, fence))
        failed = [error for one in begun if (error := one.exception())]
        if failed:
            raise failed[0]
