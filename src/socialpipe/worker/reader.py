"""The reader: reads the numbers of what is published back, when it is time.

Runs beside the keeper. Any number may run: a delivery is with one of them at a time.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from socialpipe.engine import Engine, Traffic
from socialpipe.errors import TryAgain
from socialpipe.reactions import LEASE, read_back
from socialpipe.store.readings import Due

log = logging.getLogger(__name__)

_INTERVAL = 10.0  # s
_AT_ONCE = 4  # a network that is slow to answer must not hold up the others


class Reader:
    """Reads numbers back."""

    def __init__(self, engine: Engine, traffic: Traffic | None = None) -> None:
        self._engine = replace(engine, traffic=traffic)

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
                log.exception("numbers could not be read back")

    def round(self) -> int:
        """Read the numbers of a few deliveries; return how many were due.

        Raises TryAgain while the database cannot be reached.
        """
        due = self._engine.store.readings.take(LEASE, _AT_ONCE)
        if due:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(self._read, due))
        return len(due)

    def _read(self, due: Due) -> None:
        try:
            read_back(self._engine, due)
        except TryAgain:
            raise
        except Exception:
            # An adapter that stumbles over one answer must not be asked for it in a circle.
            log.exception("the numbers of delivery %d could not be read", due.delivery_id)
            self._engine.store.readings.skip(due)
