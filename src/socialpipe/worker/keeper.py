"""The keeper: repairs what dead workers and lost answers leave behind. Any number may run."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from socialpipe.engine import Engine
from socialpipe.errors import TryAgain
from socialpipe.recovery import settle
from socialpipe.store.intake import Terms
from socialpipe.store.job import Job

log = logging.getLogger(__name__)

_LOOKS_AT_ONCE = 8  # a network that is slow to answer must not hold up the others


class Keeper:
    """Frees what silent workers held, and settles what is uncertain."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.is_set():
            try:
                self.round()
            except TryAgain as error:
                log.warning("%s", error)
            stop.wait(self._engine.settings.keeper_interval)

    def round(self) -> None:
        """Sweep, bring the calendar up to date, look at what is uncertain and due for a look.

        Raises TryAgain while the database cannot be reached.
        """
        store = self._engine.store
        freed = store.sweeps.sweep(self._engine.actor)
        if freed:
            log.warning("took %d deliveries from silent workers", freed)
        store.calendar.tick(Terms.of(self._engine.settings), self._engine.actor)
        jobs = store.sweeps.take_uncertain(_LOOKS_AT_ONCE * 4, self._engine.actor)
        with ThreadPoolExecutor(max_workers=_LOOKS_AT_ONCE) as pool:
            list(pool.map(self._settle, jobs))

    def _settle(self, job: Job) -> None:
        try:
            settle(self._engine, job)
        except Exception:
            # One delivery that cannot be settled must not stop the others; it is looked at again
            # when its look expires.
            log.exception("delivery %d could not be settled", job.delivery.id)
