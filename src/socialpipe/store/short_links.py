"""Short links of our own: an address on our host that leads to one stored target, and nowhere else.

A code follows from workspace, channel and target: composing again gives the same one.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.store.database import Database
from socialpipe.store.schema import short_link
from socialpipe.store.within import mine, owner

SHORTEST = 8  # characters of a code: 47 bits, too many to try them all
_LONGEST = 32
_DIGITS = string.digits + string.ascii_letters


@dataclass(frozen=True, slots=True)
class ShortLink:
    """One code, where it leads, and how often people followed it."""

    code: str
    channel: str
    target: str
    clicks: int
    last_click_at: datetime | None
    created_at: datetime


class ShortLinks:
    """Gives out codes and follows them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def shorten(self, channel: str, target: str) -> str:
        """Return the code of a channel's link; equal links get equal codes."""
        now = self._database.now()
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        with self._database.write() as connection:
            wanted = (owner(connection), channel, target)
            names = ("workspace_id", "channel", "target")
            for length in range(SHORTEST, _LONGEST):
                values = dict(zip(names, wanted, strict=True))
                values |= {"code": _code(wanted, length), "created_at": now}
                connection.execute(insert(short_link).values(values).on_conflict_do_nothing())
                query = sa.select(*(short_link.c[name] for name in names))
                stored = connection.execute(query.where(short_link.c.code == values["code"])).one()
                if tuple(stored) == wanted:
                    break
        return str(values["code"])

    def shortener(self, base: str) -> Callable[[str, str], str]:
        """Return what makes an address that begins with `base` of a channel and a target."""
        return lambda channel, target: f"{base}/{self.shorten(channel, target)}"

    def follow(self, code: str, *, count: bool = True) -> str | None:
        """Return where a code leads, and count it as a click; None: there is no such code."""
        now = self._database.now()
        click = {"clicks": short_link.c.clicks + 1, "last_click_at": now}
        with self._database.write() if count else self._database.read() as connection:
            if count:
                change = sa.update(short_link).values(click).where(short_link.c.code == code)
                connection.execute(change)
            target = sa.select(short_link.c.target).where(short_link.c.code == code)
            found: str | None = connection.execute(target).scalar_one_or_none()
        return found

    def find(self) -> list[ShortLink]:
        """Return all, the newest first."""
        columns = [short_link.c[name] for name in ShortLink.__slots__]
        with self._database.read() as connection:
            query = sa.select(*columns).where(mine(connection, short_link))
            rows = connection.execute(query.order_by(sa.desc("created_at"), "code"))
            return [ShortLink(*row) for row in rows]


def _code(wanted: tuple[int, str, str], length: int) -> str:
    digest = hashlib.sha256("\n".join(map(str, wanted)).encode()).digest()
    number, code = int.from_bytes(digest, "big"), ""
    while len(code) < length:
        number, digit = divmod(number, len(_DIGITS))
        code += _DIGITS[digit]
    return code
