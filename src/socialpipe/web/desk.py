"""What all requests share: the store, the templates, the live stream, the menu."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from fastapi import Request

from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.web.composer import Composer
from socialpipe.web.easel import Easel
from socialpipe.web.live import Live
from socialpipe.web.permissions import Action
from socialpipe.web.templates import environment
from socialpipe.web.visit import Visit

if TYPE_CHECKING:
    from jinja2 import Environment


class Desk:
    """Opened once per process by `web.app.create`."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.live = Live(store)
        self.composer = Composer(settings)
        self.easel = Easel()
        self.templates: Environment = environment()
        self.paths: frozenset[str] = frozenset()  # of all pages: the menu shows no other
        self.within = lru_cache(maxsize=1000)(store.within)

    def now(self) -> datetime:
        """Return the database's clock."""
        return self.store.now()

    def visit_of(self, request: Request) -> Visit:
        """Return the visit of a request, also of one that was refused before it began."""
        found: Visit | None = getattr(request.state, "visit", None)
        return found or Visit(self, request, Action.OPEN)

    @property
    def is_https(self) -> bool:
        """Whether people reach us by HTTPS, as far as the settings tell."""
        return (self.settings.public_url or "").startswith("https://")
