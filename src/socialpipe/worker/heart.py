"""A thread that says "alive" for its process."""

from __future__ import annotations

import logging
import os
import socket
import threading

from socialpipe.errors import SocialpipeError
from socialpipe.store import Store
from socialpipe.store.heartbeats import INTERVAL
from socialpipe.worker import host

log = logging.getLogger(__name__)


class Heart:
    """Beats for one role until stopped; an unreachable database only skips beats."""

    def __init__(self, store: Store, role: str, actor: str) -> None:
        self._store = store
        self._role = role
        self._actor = actor
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more, and say so."""
        self._stop.set()
        self._thread.join(timeout=5)
        try:
            self._store.heartbeats.stop(self._role, self._actor)
        except SocialpipeError as error:
            log.warning("%s", error)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._store.heartbeats.beat(self._role, self._actor, host.name())
            except SocialpipeError as error:
                log.warning("%s", error)
            self._stop.wait(INTERVAL.total_seconds())


def actor(role: str = "") -> str:
    """Name this process, as events and heartbeats do."""
    return f"{role} {socket.gethostname()}:{os.getpid()}".strip()
