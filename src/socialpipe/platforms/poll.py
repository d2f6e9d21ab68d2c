"""Waiting, for a bounded time, until a network has processed what it got."""

from __future__ import annotations

import time
from collections.abc import Callable

LOOKS = 10
PAUSE = 1.0  # before each look, s


def wait_for(ready: Callable[[], bool]) -> bool:
    """Look until `ready` or ten seconds are over; tell which it was."""
    for _ in range(LOOKS):
        time.sleep(PAUSE)
        if ready():
            return True
    return False
