"""Waiting, for a bounded time, until a network has processed what it got."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOOKS = 10
PAUSE = 1.0  # before each look, s


def wait_for(look: Callable[[], T]) -> T | None:
    """Look until there is something, or ten seconds are over; return what there is."""
    for _ in range(LOOKS):
        time.sleep(PAUSE)
        if found := look():
            return found
    return None


def when_ready(call: Callable[[], T], unready: type[Exception] | tuple[()]) -> T:
    """Make a call that creates nothing while it is refused as `unready`, again for ten seconds.

    Raises the refusal when that was not enough.
    """
    for _ in range(LOOKS):
        try:
            return call()
        except unready:
            time.sleep(PAUSE)
    return call()
