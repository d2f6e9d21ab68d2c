"""The dispatcher: claims what is due and tells the workers. Any number may run."""

from __future__ import annotations

import logging
import threading
from contextlib import closing
from datetime import datetime, timedelta

import redis

from socialpipe.errors import TryAgain
from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.store.changes import Changes
from socialpipe.store.claims import Room
from socialpipe.worker.messages import PREPARE, send, send_deliveries

log = logging.getLogger(__name__)

_CAMPAIGNS_A_ROUND = 10
_IN_HAND_A_THREAD = 16  # deliveries; a call takes some 0.2 s
_PUBLISHERS = "publish worker"  # the role, as it says itself
_BROKEN_PAUSE = 1.0  # s, while the broker or the database cannot be reached


class Dispatcher:
    """Hands out due work through `connection`."""

    def __init__(
        self, store: Store, connection: redis.Redis, settings: Settings, *, actor: str
    ) -> None:
        self._store = store
        self._changes = Changes(store.database)
        self._connection = connection
        self._actor = actor
        self._ahead = timedelta(seconds=settings.claim_ahead)
        self._lease = timedelta(seconds=settings.lease)
        self._poll = settings.poll
        self._threads = settings.publish_threads
        self._next_due: datetime | None = None  # as of the last look

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        with closing(self._changes):
            while not stop.is_set():
                try:
                    if not self.round():
                        self._changes.wait(self._sleep(), stop)
                except TryAgain as error:
                    self._changes.again()
                    log.warning("%s", error)
                    stop.wait(_BROKEN_PAUSE)

    def round(self) -> int:
        """Hand out one batch; return how many messages went out.

        Raises TryAgain while the database or the broker cannot be reached.
        """
        if not self._anything_due():
            return 0
        self._check_broker()
        return self._prepare() + self._deliver()

    def _anything_due(self) -> bool:
        if not self._changes.any() and not self._soon():
            return False
        self._next_due = self._store.claims.next_due()
        return self._soon() or self._store.campaigns.any_waiting()

    def _soon(self) -> bool:
        return self._next_due is not None and self._next_due <= self._store.now() + self._ahead

    def _check_broker(self) -> None:
        """Claim nothing that could not be handed on."""
        try:
            self._connection.ping()
        except redis.RedisError:
            raise TryAgain(
                "Redis does not answer; due deliveries wait.", "Start it again."
            ) from None

    def _sleep(self) -> float:
        if self._next_due is None:
            return self._poll
        until = (self._next_due - self._ahead - self._store.now()).total_seconds()
        # Due and yet not claimed: something holds it back (a freeze, a pace).
        return min(until, self._poll) if until > 0 else self._poll

    def _prepare(self) -> int:
        work = self._store.campaigns.claim(_CAMPAIGNS_A_ROUND, self._lease)
        send(self._connection, PREPARE, work)
        return len(work)

    def _room(self) -> Room:
        """Hand out no more than the workers begin within three seconds: what waits is fair."""
        threads = self._threads * max(1, self._store.heartbeats.alive()[_PUBLISHERS])
        return Room(_IN_HAND_A_THREAD * threads, max(2, threads // 4))

    def _deliver(self) -> int:
        claimed = self._store.claims.claim(self._ahead, self._actor, self._room())
        try:
            send_deliveries(self._connection, claimed)
        except TryAgain:
            # Whatever did get through carries a fence that the next claim outdates.
            self._store.claims.give_back(claimed, self._actor)
            raise
        return len(claimed)
