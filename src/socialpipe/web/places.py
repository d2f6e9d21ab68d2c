"""Places for requests at work: few, as Python's threads only take turns.

Many at once make each other slower than one after the other: every row that SQLite gives lets
another thread go first. Whoever waits for something else than the database, a network or a drawing,
gives its place to another request meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from anyio import from_thread, to_thread

_AT_WORK = 6
_MOST = 40  # threads, with those that wait


def prepare() -> None:
    """Make the places; call it in the event loop."""
    to_thread.current_default_thread_limiter().total_tokens = _AT_WORK


@contextmanager
def given_up() -> Iterator[None]:
    """Let another request work while this one waits."""
    added = _add(1)
    try:
        yield
    finally:
        _add(-added)


def _add(places: int) -> int:
    """Add places, or take them away; return how many there are more now."""
    try:
        return from_thread.run_sync(_change, places)
    except RuntimeError:  # no request: a command, or a thread of our own
        return 0


def _change(places: int) -> int:
    limiter = to_thread.current_default_thread_limiter()
    wanted = min(limiter.total_tokens + places, _MOST)
    added = wanted - limiter.total_tokens
    limiter.total_tokens = wanted
    return int(added)
