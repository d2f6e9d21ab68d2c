"""Evergreen posts that people reacted to fill slots before others that have rested as well."""

from __future__ import annotations

import sqlalchemy as sa
from tests.time.conftest import ARTICLE, DAY, HOUR, MONDAY, Desk, desk

from socialpipe.model import Channel
from socialpipe.store.schema import delivery, reading

__all__ = ["desk"]
NINE = MONDAY + 9 * HOUR


def stock(desk: Desk, channel: Channel, count: int) -> list[int]:
    """Keep posts that may be used every other day."""
    keys = []
    for n in range(count):
        keys += desk.store.evergreens.add(ARTICLE, [channel], cooldown=2 * DAY, most=9, options={})
        desk.compose(f"Evergreen {n}.")
    return keys


def fill(desk: Desk, day: int) -> int | None:
    """Let the keeper look half an hour before a day's slot; say whose turn it was."""
    desk.now = NINE + day * DAY - HOUR / 2
    desk.tick()
    at = NINE + day * DAY
    query = sa.select(delivery.c.evergreen_id).where(delivery.c.wanted_at == at)
    with desk.store.database.read() as connection:
        found: int | None = connection.execute(query).scalar_one_or_none()
    return found


def publish(desk: Desk, likes: dict[int, int]) -> None:
    """Say that all uses went out at their time, and what they had a day later."""
    this = delivery.c.evergreen_id.is_not(None)
    out = {"state": "published", "published_at": delivery.c.wanted_at}
    with desk.store.database.write() as connection:
        connection.execute(sa.update(delivery).where(this).values(out))
        for row in connection.execute(sa.select(delivery).where(this)).all():
            read = {"delivery_id": row.id, "at": row.wanted_at + DAY}
            connection.execute(sa.insert(reading).values(**read, likes=likes[row.evergreen_id]))


def test_what_people_liked_comes_more_often(desk: Desk) -> None:
    dull, best, fair = stock(desk, desk.channel(), 3)
    assert [fill(desk, day) for day in range(3)] == [dull, best, fair]  # never used comes first
    publish(desk, {dull: 1, best: 90, fair: 9})
    # Rested are dull and best, then fair and dull, then best and dull …
    assert [fill(desk, day) for day in range(3, 8)] == [best, fair, best, fair, best]


def test_without_numbers_all_take_turns(desk: Desk) -> None:
    keys = stock(desk, desk.channel(), 3)
    assert [fill(desk, day) for day in range(6)] == keys * 2
