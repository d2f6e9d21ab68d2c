"""Signed addresses of our own web role: unguessable, and they end.

{base}/media/{when it ends, s since 1970; 0: never}/{signature}/{sha256}.{type}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from socialpipe.hosting.names import TYPES, expiry, name_of
from socialpipe.model import Card
from socialpipe.settings import Settings
from socialpipe.store import Store
from socialpipe.store.vault import Vault

_NAME = re.compile(r"([0-9a-f]{64})\.([a-z]{3,4})")
_NEVER = 0


class Refusal(Enum):
    """Why an address is not served."""

    FORGED = "forged"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Named:
    """What a good address names. `ends_at` is None where it never ends."""

    sha256: str
    mime: str
    ends_at: datetime | None


class Signed:
    """Writes signed addresses."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._base = (settings.public_media_base_url or "").rstrip("/")
        self._lifetime = timedelta(days=settings.media_url_days)
        self._store = store

    def url(self, card: Card, since: datetime, *, lasting: bool) -> str:
        """Say where the web role serves a card."""
        ends_at = None if lasting else expiry(since, self._store.now(), self._lifetime)
        return f"{self._base}/media/{path(self._store.vault, name_of(card), ends_at)}"


def path(vault: Vault, name: str, ends_at: datetime | None) -> str:
    """Write the part of an address that is signed, and its signature."""
    end = _NEVER if ends_at is None else int(ends_at.timestamp())
    return f"{end}/{vault.sign(f'{end}/{name}')}/{name}"


def read(vault: Vault, end: str, signature: str, name: str, now: datetime) -> Named | Refusal:
    """Look at an address that somebody asks for."""
    match = _NAME.fullmatch(name)
    if not vault.is_signed(f"{end}/{name}", signature) or match is None:
        return Refusal.FORGED
    ends_at = None if int(end) == _NEVER else datetime.fromtimestamp(int(end), UTC)
    if ends_at is not None and ends_at <= now:
        return Refusal.EXPIRED
    return Named(match[1], TYPES[match[2]], ends_at)
