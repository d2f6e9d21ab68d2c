"""The cleaner: forgets the details of what has been over for long, beside the keeper."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from socialpipe.errors import TryAgain
from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.store.retention import Retention

log = logging.getLogger(__name__)

_INTERVAL = timedelta(hours=1)


class Cleaner:
    """Forgets every hour, if the settings say after how many days."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._retention = Retention(store.database)
        self._keep = timedelta(days=settings.retention_days)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; return at once when everything is to be kept."""
        while self._keep and not stop.is_set():
            try:
                gone = self._retention.forget(self._keep)
                log.info("forgot %d events, %d images and %d readings", *gone)
            except TryAgain as error:
                log.warning("%s", error)
            stop.wait(_INTERVAL.total_seconds())
