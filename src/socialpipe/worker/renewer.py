"""The renewer: renews tokens ahead of their end and warns of those that nothing renews.

Runs beside the keeper. Any number may run.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from socialpipe.engine import Engine
from socialpipe.errors import PlatformError, TryAgain
from socialpipe.renewal import renew

log = logging.getLogger(__name__)

_INTERVAL = 20.0  # s
_BATCH = 100
_AT_ONCE = 8  # a network that is slow to answer must not hold up the others


class Renewer:
    """Keeps credentials alive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        while not stop.wait(min(_INTERVAL, self._engine.settings.keeper_interval)):
            try:
                self.round()
            except TryAgain as error:
                log.warning("%s", error)
            except Exception:
                # Whatever this round stumbled over, the next one must come.
                log.exception("credentials could not be renewed")

    def round(self) -> None:
        """Renew what is due, and warn.

        Raises TryAgain while the database cannot be reached.
        """
        due = self._engine.store.credentials.due(_BATCH)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._renew, due))
        self._engine.store.credentials.warn(self._engine.actor)

    def _renew(self, channel_id: int) -> None:
        engine = self._engine
        channel = engine.store.channels.by_id(channel_id)
        stale = engine.store.channels.secrets(channel_id).get("token", "")
        try:
            renew(engine.store, engine.http, channel, stale, engine.actor)
        except PlatformError as error:
            log.warning("channel %s: %s", channel.name, error)
        except Exception:
            log.exception("the credential of channel %s could not be renewed", channel.name)
