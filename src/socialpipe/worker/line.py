"""A waiting line: everyone goes at their time, and no more at once than there are places."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Generic, TypeVar

T = TypeVar("T")


_AHEAD = 0.2  # s of work that is let out before there is a place for it …
_MOST_AHEAD = 256  # … but no more than so many
_LOOK_EVERY = 0.1  # s; calls that began together end together, and tell no speed


class Line(Generic[T]):
    """Lets out, from a thread of its own, all at once whose time has come, the earliest first.

    More than there are `places` are let out, so that no place stands empty meanwhile: `ahead` at
    least, and the quicker they are gone, the more.
    """

    def __init__(self, places: int, ahead: int, let_out: Callable[[Sequence[T]], None]) -> None:
        self._places = places
        self._least = self._ahead = ahead
        self._out = 0
        self._gone = 0  # since the last look at the speed …
        self._looked = time.monotonic()  # … which was then
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
            self._out -= places
            self._gone += places
            # A few at a time: sets cost less than single ones.
            if self._waiting and 2 * self._free() >= self._ahead:
                self._news.notify()

    def is_busy(self) -> bool:
        """Whether somebody's time has come and there is no place."""
        with self._news:
            return bool(self._waiting) and self._waiting[0][0] <= time.monotonic()

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
                self._look(now)
                out = []
                while self._free() > 0 and self._waiting and self._waiting[0][0] <= now:
                    out.append(heapq.heappop(self._waiting)[2])
                    self._out += 1
                if out:
                    return out
                can_go = self._free() > 0 and self._waiting
                self._news.wait(self._waiting[0][0] - now if can_go else None)

    def _free(self) -> int:
        return self._places + self._ahead - self._out

    def _look(self, now: float) -> None:
        """Let more out ahead where all is gone at once, as few as at first where calls are slow."""
        since = now - self._looked
        if since >= _LOOK_EVERY:
            self._ahead = max(self._least, min(_MOST_AHEAD, int(self._gone / since * _AHEAD)))
            self._gone, self._looked = 0, now
