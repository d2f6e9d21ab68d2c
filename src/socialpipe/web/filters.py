"""What somebody looks for among deliveries, as the address of the page says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from socialpipe.model import State
from socialpipe.schedule.moment import resolve
from socialpipe.store.listing import Filters
from socialpipe.web.i18n import viewer

_KEYS = ("state", "channel", "campaign", "q", "since", "until", "page")
ATTENTION = (State.UNCERTAIN, State.FAILED, State.MISSED)  # what waits for a person


@dataclass(frozen=True, slots=True)
class Query:
    """The part of an address after the question mark; what makes no sense is passed over."""

    given: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, params: QueryParams) -> Query:
        """Read an address."""
        pairs = ((key, value.strip()) for key, value in params.multi_items())
        return cls(tuple((key, value) for key, value in pairs if value and key in _KEYS))

    def all(self, key: str) -> list[str]:
        """Return every value of a key."""
        return [value for name, value in self.given if name == key]

    def one(self, key: str) -> str:
        """Return the value of a key, or ""."""
        return next(iter(self.all(key)), "")

    def number(self, key: str) -> int | None:
        """Return the value of a key that is a whole number."""
        text = self.one(key)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    @property
    def page(self) -> int:
        """The page that is asked for, from 1."""
        return max(1, min(self.number("page") or 1, 100_000))

    @property
    def filters(self) -> Filters:
        """What the store is asked."""
        return Filters(
            states=tuple(one for one in State if one.value in self.all("state")),
            channel_id=self.number("channel"),
            campaign_id=self.number("campaign"),
            text=self.one("q")[:200],
            since=_midnight(self.one("since")),
            until=_midnight(self.one("until"), days=1),
        )

    def but(self, **changes: str | tuple[str, ...]) -> str:
        """Return the address with other values; "" takes a key out. Always back to page 1."""
        kept = [(k, v) for k, v in self.given if k not in changes and k != "page"]
        new: Mapping[str, str | tuple[str, ...]] = changes
        added = [
            (key, one)
            for key, value in new.items()
            for one in ((value,) if isinstance(value, str) else value)
            if one
        ]
        return f"?{urlencode([*kept, *added])}" if kept or added else "?"


def _midnight(text: str, days: int = 0) -> datetime | None:
    """Return the start of a day in the viewer's zone."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return resolve(datetime.combine(day, time()), viewer().zone)
    except (ValueError, OverflowError):
        return None
