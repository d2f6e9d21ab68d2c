"""A waiting line: everyone goes at their time, and no more at once than there are places."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


class Line(Generic[T]):
    """Lets out, from a thread of its own, all at once whose time has come, the earliest first.

    `ahead` more than there are `places` are let out, so that no place stands empty meanwhile: calls
    that began together end together.
    """

    def __init__(self, places: int, ahead: int, let_out: Callable[[Sequence[T]], None]) -> None:
        self._free = places + ahead
        self._ahead = ahead
        self._let_out = let_out
        self._waiting: list[tuple[float, int, T]] = []  # a heap
        self._order = count()
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def join(self, at: float, one: T) -> None:
        """Wait in line, until `at` (monotonic, s) at least."""
        with self._news:
            heapq.heappush(self._waiting, (at, next(self._order), one))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="line", daemon=True)
                self._thread.start()
            self._news.notify()

    def leave(self, places: int = 1) -> None:
        """Give places back."""
        with self._news:
            self._free += places
            # A few at a time: sets cost less than single ones.
            if self._waiting and 2 * self._free >= self._ahead:
                self._news.notify()

    def waiting(self) -> list[T]:
        """Return who waits."""
        with self._news:
            return [one for _, _, one in self._waiting]

    def _run(self) -> None:
        while True:
            self._let_out(self._next())

    def _next(self) -> list[T]:
        with self._news:
            while True:
                now = time.monotonic()
                out = []
                while self._free and self._waiting and self._waiting[0][0] <= now:
                    out.append(heapq.heappop(self._waiting)[2])
                    self._free -= 1
                if out:
                    return out
                self._news.wait(self._waiting[0][0] - now if self._free and self._waiting else None)
