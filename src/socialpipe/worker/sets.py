"""Work that comes one by one and is done in sets: all that has come while the last was done."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Sets(Generic[T]):
    """Gives what is put in to `work`, `most` at a time, in a thread of its own."""

    def __init__(self, most: int, work: Callable[[Sequence[T]], None]) -> None:
        self._most = most
        self._work = work
        self._waiting: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, one: T) -> None:
        """Let it be done with the next set."""
        self._waiting.put(one)
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sets", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._work(self._next())

    def _next(self) -> list[T]:
        ones = [self._waiting.get()]
        while len(ones) < self._most and not self._waiting.empty():
            ones.append(self._waiting.get())
        return ones
