"""An end to calls that take too long in all, however lively: one thread watches them together.

Socket timeouts bound each silence; a network that drips a byte a second keeps within them for ever.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TICK = 0.1  # s


class Patience:
    """Ends calls at their deadline. The thread sleeps while there are none."""

    def __init__(self) -> None:
        self._ends: dict[Callable[[], None], float] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, seconds: float, end: Callable[[], None]) -> Iterator[None]:
        """Call `end` unless the block is left within so many seconds; never after it is left."""
        with self._changed:
            self._ends[end] = time.monotonic() + seconds
            if self._thread is None or not self._thread.is_alive():  # a fork leaves it behind
                self._thread = threading.Thread(target=self._run, name="patience", daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends.pop(end, None)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ends)
                now = time.monotonic()
                for end in [end for end, deadline in self._ends.items() if deadline <= now]:
                    del self._ends[end]
                    end()
            time.sleep(_TICK)
