"""Publishes the deliveries of messages: each at its second, none waiting for another.

A delivery passes three desks. Its intent is committed with those of its message, a little ahead;
its call is written down with those that go out with it; its answer with those that came meanwhile.
Between them only the calls themselves are made, so that a place never waits for a disk. Twice as
many threads as places build requests and read answers, and hold a place only while on the wire:
when all calls come back together, as many others stand ready.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from socialpipe import pipeline
from socialpipe.engine import Engine
from socialpipe.errors import TryAgain
from socialpipe.outcome import Ended, Outcome, write_down
from socialpipe.pipeline import Ready
from socialpipe.platforms import registry
from socialpipe.platforms.places import taking
from socialpipe.text.entities import urls
from socialpipe.worker.line import Line
from socialpipe.worker.sets import Sets

_BEGUN_AHEAD = 2.0  # s before its time: a thousand at once take more than one
_EARLY = 0.05  # s before its time a call is written down: that takes a disk, the call need not wait
_SOON = 1.0  # s that a call may wait without another look at its lease, and whether it is held
_AT_ONCE = 64  # answers written down together: other processes want to write too


class _Due(NamedTuple):
    """When a delivery goes (monotonic, s), and the fence that its message carries."""

    at: float
    fence: int


@dataclass(slots=True, eq=False)
class _Going:
    """A delivery on its way, and who waits for its end."""

    ready: Ready
    at: float  # monotonic, s
    done: Future[None] = field(default_factory=Future)
    outcome: Outcome = None
    looked: float = 0.0  # when it last was found to be ours, and free to go: monotonic, s
    is_under_way: bool = False  # of a post that readers may see by now, the rest goes, too
    ended: float = 0.0  # monotonic, s

    @property
    def is_riddle(self) -> bool:
        """Whether, should its answer be lost, nobody but a person can tell whether it is out."""
        recovery = self.ready.platform.recovery
        if self.ready.job.post.first_comment and not recovery.of_comment().can_tell:
            return True
        return not recovery.can_tell


class Publisher:
    """Makes as many calls at once as the settings say, whatever message they came with."""

    def __init__(self, engine: Engine) -> None:
        places = engine.settings.publish_threads
        self._engine = engine
        self._line: Line[_Going] = Line(places, places, self._let_out)
        self._calls = ThreadPoolExecutor(2 * places, "call")
        self._places = threading.Semaphore(places)
        self._standing: set[_Going] = set()  # let out, and without a place
        self._answers: Sets[_Going] = Sets(_AT_ONCE, self._write_down, self._line.is_busy)
        urls("example.org")  # builds its patterns, 0.2 s of CPU: else every thread would, at once
        registry.names()  # the same
        self._messages = 0  # that have come in
        self._seen = 0  # … by the last look
        self._open = 0  # … and are being worked on
        self._lock = threading.Lock()
        threading.Thread(target=self._keep_leases, name="leases", daemon=True).start()

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
            going = [one for batch in self._batches(work) for one in self._begin(batch)]
            failed = [error for one in going if (error := one.done.exception())]
            if failed:
                raise failed[0]

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

    def _batches(self, work: Collection[tuple[int, int]]) -> Iterator[dict[int, _Due]]:
        """Part a message into what is begun at once, and wait until it is time for each."""
        now, begun = self._engine.store.now(), time.monotonic()
        most = self._engine.settings.claim_ahead
        waiting = [
            (begun + min((due - now).total_seconds(), most), key, fence)
            for due, key, fence in sorted(self._engine.store.jobs.due(work))
        ]
        while waiting:
            time.sleep(max(0.0, waiting[0][0] - _BEGUN_AHEAD - time.monotonic()))
            horizon = time.monotonic() + _BEGUN_AHEAD
            soon = [one for one in waiting if one[0] <= horizon] or waiting[:1]
            waiting = waiting[len(soon) :]
            yield {key: _Due(at, fence) for at, key, fence in soon}

    def _begin(self, batch: dict[int, _Due]) -> list[_Going]:
        work = [(key, due.fence) for key, due in batch.items()]
        begun = pipeline.begin(self._engine, work)
        going = [_Going(one, batch[one.job.delivery.id].at) for one in begun]
        for one in going:
            self._line.join(one.at - _EARLY, one)
        return going

    def _let_out(self, going: Sequence[_Going]) -> None:
        now = time.monotonic()
        try:
            free = pipeline.announce(self._engine, [one.ready for one in going])
        except Exception as error:  # noqa: BLE001 (who waits for it raises it)
            for one in going:
                self._leave(one, error)
            return
        for one in going:
            if one.ready.job.delivery.id not in free:
                self._leave(one)
                continue
            one.looked = now
            self._standing.add(one)
            time.sleep(max(0.0, one.at - time.monotonic()))
            try:
                self._calls.submit(self._call, one)
            except RuntimeError as stopping:  # this process ends: leases bring it to another
                self._standing.discard(one)
                self._leave(one, stopping)

    @contextmanager
    def _place(self, one: _Going) -> Iterator[None]:
        """Hold a place for a call; what waited for long must still be ours, and free to go."""
        asked = time.monotonic()
        self._standing.add(one)
        try:
            self._places.acquire()
        finally:
            self._standing.discard(one)
        try:
            self._look(one, asked)
            yield
        finally:
            self._places.release()

    def _look(self, one: _Going, asked: float) -> None:
        jobs, job = self._engine.store.jobs, one.ready.job
        if one.is_under_way:
            if time.monotonic() - asked > _SOON:
                jobs.still_mine(job)
        elif time.monotonic() - one.looked > _SOON:
            jobs.still_may(job)
            one.looked = time.monotonic()
        one.is_under_way = one.is_under_way or job.is_under_way

    def _keep_leases(self) -> None:
        """Hold on to what waits in line behind slow calls."""
        while True:
            time.sleep(self._engine.settings.lease / 4)
            waiting = [*self._line.waiting(), *self._standing.copy()]
            if jobs := [one.ready.job for one in waiting]:
                with suppress(TryAgain):
                    self._engine.store.jobs.renew(jobs)

    def _leave(self, one: _Going, error: Exception | None = None) -> None:
        self._line.leave()
        _end(one, error)

    def _call(self, one: _Going) -> None:
        try:
            with taking(partial(self._place, one)):
                one.outcome = pipeline.go(self._engine, one.ready)
        except Exception as error:  # noqa: BLE001 (who waits for it raises it)
            self._standing.discard(one)
            self._leave(one, error)
            return
        self._standing.discard(one)  # it may have needed no place
        one.ended = time.monotonic()
        self._line.leave()
        self._answers.put(one, soon=one.is_riddle)

    def _write_down(self, going: Sequence[_Going]) -> None:
        now = time.monotonic()
        ended = [Ended(one.ready.job, one.outcome, now - one.ended) for one in going]
        try:
            write_down(self._engine, ended)
        except Exception as error:  # noqa: BLE001 (who waits for it raises it)
            if len(going) == 1:
                _end(going[0], error)
            else:  # one by one: who has an error has it alone
                for one in going:
                    self._write_down([one])
        else:
            for one in going:
                _end(one)


def _end(one: _Going, error: Exception | None = None) -> None:
    if error is None:
        one.done.set_result(None)
    else:
        one.done.set_exception(error)
