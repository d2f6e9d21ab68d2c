"""Drafts that several change at once: nobody waits, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from socialpipe.errors import NotFound, Refused
from socialpipe.model.draft import Body, Draft
from socialpipe.store import Store
from socialpipe.store.schema import draft


@pytest.fixture
def key(store: Store) -> int:
    return store.drafts.add("A text.", Body(), "a")


def test_who_was_slower_is_asked_again(store: Store, key: int) -> None:
    seen: list[str] = []

    def edit(now: Draft) -> Draft:
        if not seen:
            store.drafts.change(key, lambda other: replace(other, source="B text."), "b")
        seen.append(now.source)
        return replace(now, source=f"{now.source} And more.")

    after = store.drafts.change(key, edit, "c")
    assert seen == ["A text.", "B text."]
    assert store.drafts.get(key).source == after.source == "B text. And more."
    assert (after.version, after.actor) == (3, "c")
    assert store.drafts.get(key) == after


def test_nobody_waits_for_who_thinks(store: Store, key: int) -> None:
    """A write of somebody else goes through while an edit is being made."""

    def edit(now: Draft) -> Draft:
        store.drafts.add("Another.", Body(), "b")
        return replace(now, source="C text.")

    assert store.drafts.change(key, edit, "c").source == "C text."


def test_what_was_queued_meanwhile_is_refused(store: Store, key: int) -> None:
    campaign = _campaign(store)

    def edit(now: Draft) -> Draft:
        with store.database.write() as connection:
            connection.execute(sa.update(draft).values(campaign_id=campaign))
        return replace(now, source="Too late.")

    with pytest.raises(Refused, match="queued already"):
        store.drafts.change(key, edit, "a")
    assert store.drafts.get(key).source == "A text."


def test_what_was_discarded_meanwhile_is_not_there(store: Store, key: int) -> None:
    def edit(now: Draft) -> Draft:
        store.drafts.discard(key, "b")
        return replace(now, source="Too late.")

    with pytest.raises(NotFound):
        store.drafts.change(key, edit, "a")


def test_a_picture_is_written_only_when_it_changes(store: Store, key: int) -> None:
    written: list[object] = []
    store.drafts.change(key, lambda now: replace(now, picture=b"pixels"), "a")
    engine = store.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *told: written.append(told[3]))
    store.drafts.change(key, lambda now: replace(now, source="Other."), "a")
    assert "pixels" not in repr(written)
    assert store.drafts.get(key).picture == b"pixels"


def _campaign(store: Store) -> int:
    from tests.engine.stage import ACCOUNTS, schedule

    channel = store.channels.add(
        "x",
        "x",
        api_base="http://127.0.0.1:9",
        settings=ACCOUNTS["x"][0],
        secrets=ACCOUNTS["x"][1],
        timezone="UTC",
    )
    return store.deliveries.get(schedule(store, channel, "Hello.")).campaign_id
