"""Work that comes one by one and is done in sets: all that has come while the last was done."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


LONGEST = 0.15  # s that anything waits for company


class Sets(Generic[T]):
    """Gives what is put in to `work`, `most` at a time, in a thread of its own.

    While `is_busy` says that something more urgent is to be done, more company is waited for.
    """

    def __init__(
        self, most: int, work: Callable[[Sequence[T]], None], is_busy: Callable[[], bool]
    ) -> None:
        self._most = most
        self._work = work
        self._is_busy = is_busy
        self._hurry = threading.Event()
        self._waiting: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, one: T, *, soon: bool = False) -> None:
        """Let it be done with the next set; `soon`: whatever else there is to do."""
        self._waiting.put(one)
        if soon:
            self._hurry.set()
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sets", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            ones = [self._waiting.get()]
            if self._is_busy():
                self._hurry.wait(LONGEST)
            self._hurry.clear()
            while ones:
                self._work(self._with_others(ones))
                ones = [] if self._waiting.empty() else [self._waiting.get()]

    def _with_others(self, ones: list[T]) -> list[T]:
        while len(ones) < self._most and not self._waiting.empty():
            ones.append(self._waiting.get())
        return ones
