"""Codes: the same for the same link of a channel, different for all else, and counted."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from socialpipe.store import Store, short_links
from socialpipe.store.schema import workspace

TARGET = "https://example.com/story?utm_source=x"


def test_the_same_link_of_a_channel_has_one_code(store: Store) -> None:
    code = store.short_links.shorten("news", TARGET)
    assert len(code) == short_links.SHORTEST
    assert code.isalnum()
    assert store.short_links.shorten("news", TARGET) == code
    assert [link.target for link in store.short_links.find()] == [TARGET]


def test_another_channel_target_or_workspace_has_another(store: Store) -> None:
    with store.database.write() as connection:
        insert = sa.insert(workspace).values(name="other", created_at=store.now())
        key = connection.execute(insert.returning(workspace.c.id)).scalar_one()
    other = store.within(key).short_links
    codes = {
        store.short_links.shorten("news", TARGET),
        store.short_links.shorten("blog", TARGET),
        store.short_links.shorten("news", f"{TARGET}&utm_medium=social"),
        other.shorten("news", TARGET),
    }
    assert len(codes) == 4
    assert [link.channel for link in other.find()] == ["news"]
    assert {store.short_links.follow(code) for code in codes} == {
        TARGET, f"{TARGET}&utm_medium=social",
    }  # fmt: skip


def test_equal_codes_of_different_links_grow_apart(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_links, "_code", lambda _wanted, length: "x" * length)
    first = store.short_links.shorten("news", TARGET)
    second = store.short_links.shorten("blog", TARGET)
    assert (first, second) == ("x" * 8, "x" * 9)
    assert store.short_links.shorten("news", TARGET) == first
    assert store.short_links.shorten("blog", TARGET) == second


def test_clicks_are_counted_and_looks_are_not(store: Store) -> None:
    code = store.short_links.shorten("news", TARGET)
    assert store.short_links.follow(code, count=False) == TARGET
    (link,) = store.short_links.find()
    assert (link.clicks, link.last_click_at) == (0, None)
    assert [store.short_links.follow(code) for _ in range(3)] == [TARGET] * 3
    (link,) = store.short_links.find()
    assert link.clicks == 3
    assert link.last_click_at is not None


@pytest.mark.parametrize("unknown", ["", "nosuch00", "' OR 1=1 --"])
def test_an_unknown_code_leads_nowhere(store: Store, unknown: str) -> None:
    store.short_links.shorten("news", TARGET)
    assert store.short_links.follow(unknown) is None
    assert sum(link.clicks for link in store.short_links.find()) == 0
