"""The dispatcher: claims what is due and tells the workers. Any number may run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from celery import Celery
from kombu.exceptions import OperationalError

from socialpipe.errors import TryAgain
from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.store.states import Moved
from socialpipe.worker import tasks
from socialpipe.worker.app import PREPARE, PUBLISH

log = logging.getLogger(__name__)

_CAMPAIGNS_A_ROUND = 10
_BROKEN_PAUSE = 1.0  # s, while the broker or the database cannot be reached


class Dispatcher:
    """Hands out due work. `reachable` says whether the broker answers."""

    def __init__(
        self,
        store: Store,
        app: Celery,
        settings: Settings,
        *,
        reachable: Callable[[], bool],
        actor: str,
    ) -> None:
        self._store = store
        self._app = app
        self._reachable = reachable
        self._actor = actor
        self._ahead = timedelta(seconds=settings.claim_ahead)
        self._lease = timedelta(seconds=settings.lease)
        self._poll = settings.poll

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.is_set():
            try:
                wait = 0.0 if self.round() else self._sleep()
            except TryAgain as error:
                log.warning("%s", error)
                wait = _BROKEN_PAUSE
            stop.wait(wait)

    def round(self) -> int:
        """Hand out one batch; return how many messages went out.

        Raises TryAgain while the database or the broker cannot be reached.
        """
        if not self._anything_due():
            return 0
        if not self._reachable():
            raise TryAgain("Redis does not answer; due deliveries wait.", "Start it again.")
        return self._prepare() + self._deliver()

    def _anything_due(self) -> bool:
        due = self._store.claims.next_due()
        soon = self._store.now() + self._ahead
        return (due is not None and due <= soon) or self._store.campaigns.any_waiting()

    def _sleep(self) -> float:
        due = self._store.claims.next_due()
        if due is None:
            return self._poll
        until = (due - self._ahead - self._store.now()).total_seconds()
        # Due and yet not claimed: something holds it back (a freeze, a pace).
        return min(until, self._poll) if until > 0 else self._poll

    def _prepare(self) -> int:
        work = self._store.campaigns.claim(_CAMPAIGNS_A_ROUND, self._lease)
        self._send(tasks.PREPARE, PREPARE, work)
        return len(work)

    def _deliver(self) -> int:
        claimed = self._store.claims.claim(self._ahead, self._actor)
        try:
            self._send(tasks.DELIVER, PUBLISH, claimed)
        except TryAgain:
            # Whatever did get through carries a fence that the next claim outdates.
            self._store.claims.give_back(claimed, self._actor)
            raise
        return len(claimed)

    def _send(self, task: str, queue: str, work: Sequence[Moved | tuple[int, int]]) -> None:
        if not work:
            return
        try:
            with self._app.producer_pool.acquire(block=True) as producer:
                for key, fence in work:
                    self._app.send_task(
                        task, args=(key, fence), queue=queue, producer=producer, retry=False
                    )
        except (OperationalError, OSError) as error:
            raise TryAgain(f"Redis does not take messages: {error}.") from error
