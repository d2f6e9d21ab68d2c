"""The inspector: looks over what waits, beside the keeper. Any number may run."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace

from socialpipe.engine import Engine
from socialpipe.errors import TryAgain
from socialpipe.platforms.http import Http
from socialpipe.preflight import look_over

log = logging.getLogger(__name__)

_BATCH = 50
_REST = 4.0  # times as long as it works it rests, so that a million deliveries disturb nobody
_PATIENCE = 10.0  # s for a network's answer


class Inspector:
    """Checks deliveries when they are queued, nightly, 24 h and 1 h before they are due."""

    def __init__(self, engine: Engine) -> None:
        settings = engine.settings
        http = Http(
            connect_timeout=min(settings.connect_timeout, _PATIENCE),
            read_timeout=min(settings.read_timeout, _PATIENCE),
            allow_private_hosts=settings.allow_private_hosts,
        )
        self._engine = replace(engine, http=http)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        pause = self._engine.settings.keeper_interval
        while not stop.wait(pause):
            began = time.monotonic()
            more = self._round()
            idle = 0.0 if more else self._engine.settings.keeper_interval
            pause = max(idle, _REST * (time.monotonic() - began))

    def round(self) -> int:
        """Look over one batch; return how many deliveries it had.

        Raises TryAgain while the database cannot be reached.
        """
        cases = self._engine.store.checks.due(_BATCH)
        if cases:
            look_over(self._engine, cases)
        return len(cases)

    def _round(self) -> bool:
        try:
            return self.round() == _BATCH
        except TryAgain as error:
            log.warning("%s", error)
        except Exception:
            # Whatever a check stumbles over, the next round must come.
            log.exception("the preflight failed")
        return False
