"""The watcher: looks at feeds when it is time, and queues what is new in them.

Runs beside the keeper. Any number may run: a feed, like an entry, is with one of them at a time.
"""

from __future__ import annotations

import logging
import threading

from socialpipe import watching
from socialpipe.engine import Engine
from socialpipe.errors import TryAgain

log = logging.getLogger(__name__)

_INTERVAL = 5.0  # s


class Watcher:
    """Takes in what feeds bring."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.wait(min(_INTERVAL, self._engine.settings.keeper_interval)):
            try:
                while self.round() and not stop.is_set():
                    pass
            except TryAgain as error:
                log.warning("%s", error)
            except Exception:
                # Whatever this round stumbled over, the next one must come.
                log.exception("a feed could not be watched")

    def round(self) -> bool:
        """Look at one feed and queue one entry; False: neither waits.

        Raises TryAgain while the database cannot be reached.
        """
        store = self._engine.store
        feed = store.feeds.take(watching.LEASE)
        if feed is not None:
            watching.look_at(self._engine, feed)
        entry = store.feed_entries.take(watching.LEASE)
        if entry is not None:
            watching.queue(self._engine, entry)
        return feed is not None or entry is not None
