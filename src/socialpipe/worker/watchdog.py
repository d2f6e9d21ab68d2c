"""A worker that is connected and takes nothing, though work waits, is ended and begins anew.

Clients of Redis have stalled like that after a lost connection, in one version or another. What
ended is started again by the supervisor, or by whatever runs the container.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable

import redis

from socialpipe.worker.messages import DELIVER, KEY_PREFIX

log = logging.getLogger(__name__)

_LOOK = 10.0  # s between two looks
_STRIKES = 3  # looks in a row that find work waiting and nobody at it


class Watchdog:
    """Ends this process when messages wait and `idle` says that nobody is at them."""

    def __init__(self, connection: redis.Redis, idle: Callable[[], bool]) -> None:
        self._connection = connection
        self._idle = idle

    def run(self, stop: threading.Event) -> None:
        """Watch until `stop` is set."""
        strikes = 0
        while not stop.wait(_LOOK):
            strikes = strikes + 1 if self._stalled() else 0
            if strikes >= _STRIKES:
                log.critical("messages wait and none comes in: starting anew")
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def _stalled(self) -> bool:
        if not self._idle():
            return False
        try:
            return bool(self._connection.llen(KEY_PREFIX + DELIVER.queue))
        except redis.RedisError:
            return False  # who cannot be reached cannot be waited for
