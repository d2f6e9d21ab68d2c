"""Places on the wire: whoever makes calls says how many of them may be under way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar

Place = Callable[[], AbstractContextManager[object]]

_PLACE: ContextVar[Place] = ContextVar("_PLACE", default=nullcontext)


def on_the_wire() -> AbstractContextManager[object]:
    """Hold a place for as long as a network is spoken to; it may have to be waited for."""
    return _PLACE.get()()


@contextmanager
def taking(place: Place) -> Iterator[None]:
    """Let the calls that this thread makes inside take their places so."""
    token = _PLACE.set(place)
    try:
        yield
    finally:
        _PLACE.reset(token)
