"""Several loops in one process, none of which waits for another."""

from __future__ import annotations

import threading
from collections.abc import Callable

Run = Callable[[threading.Event], None]

_PATIENCE = 30.0  # s for the others to end once the first has


def together(first: Run, *others: Run) -> Run:
    """Make one loop of several: `others` run in threads of their own while `first` runs."""

    def run(stop: threading.Event) -> None:
        threads = [threading.Thread(target=other, args=(stop,), daemon=True) for other in others]
        for thread in threads:
            thread.start()
        try:
            first(stop)
        finally:
            stop.set()
            for thread in threads:
                thread.join(_PATIENCE)

    return run
