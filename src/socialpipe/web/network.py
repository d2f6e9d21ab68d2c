"""What a page needs to ask a network while somebody waits for the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from socialpipe.engine import Engine
    from socialpipe.web.visit import Visit


def engine_of(visit: Visit) -> Engine:
    """Return the engine as the visitor's workspace may use it, in their name."""
    from socialpipe.engine import Engine  # with an HTTP library, which few pages need
    from socialpipe.platforms.http import Http

    settings = visit.desk.settings
    http = Http(
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        allow_private_hosts=settings.allow_private_hosts,
    )
    return Engine(visit.store, settings, http, visit.actor)
