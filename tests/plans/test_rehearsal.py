"""A rehearsal says what would fail or be late, and why, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from socialpipe.cli import run
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.intake import Order, Terms
from socialpipe.text.read import read

_TEXT = "The new pier of Wexford has opened, with room for {n} boats. Walking on it costs nothing."

Rehearse = Callable[[], tuple[int, dict[int, dict[str, object]]]]


@pytest.fixture
def rehearse(capsys: pytest.CaptureFixture[str]) -> Rehearse:
    def rehearse() -> tuple[int, dict[int, dict[str, object]]]:
        capsys.readouterr()
        code = run(["queue", "rehearse", "--days", "3", "--json"])
        rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return code, {int(row["delivery"]): row for row in rows}

    return rehearse


def queue(store: Store, name: str, n: int, hours: float, **terms: object) -> int:
    """Queue a post of its own text, `hours` from now."""
    at = store.now() + timedelta(hours=hours)
    _, ids = store.campaigns.queue(
        read(_TEXT.format(n=n), name="a.txt"),
        [Order(store.channels.get(name), at)],
        options={"template": None},
        terms=Terms.of(load(), **terms),
    )
    return ids[0]


def test_what_goes_well_is_fine_and_nothing_is_changed(store: Store, rehearse: Rehearse) -> None:
    key = queue(store, "news", 40, 5)
    before = store.deliveries.find()
    code, rows = rehearse()
    assert (code, rows[key]["verdict"], rows[key]["state"]) == (0, "fine", "published")
    assert store.deliveries.find() == before
    assert store.channels.get("news").api_base == "http://127.0.0.1:9"


def test_quiet_hours_and_collisions_make_late(store: Store, rehearse: Rehearse) -> None:
    news = store.channels.get("news")
    now = store.now()
    quiet = f"{(now + timedelta(hours=4)):%H:%M}-{(now + timedelta(hours=7)):%H:%M}"
    store.channels.configure(news, {"quiet": quiet}, "UTC")
    store.channels.configure(store.channels.get("shop"), {"min_gap": "1800"}, "UTC")
    in_quiet = queue(store, "news", 1, 5)
    first, second = (queue(store, "shop", n, 5) for n in (2, 3))
    code, rows = rehearse()
    assert code == 3
    assert rows[in_quiet]["verdict"] == "late"
    assert "quiet hours" in str(rows[in_quiet]["reasons"])
    assert sorted(str(rows[key]["verdict"]) for key in (first, second)) == ["fine", "late"]


def test_budget_review_and_pause_are_told(store: Store, rehearse: Rehearse) -> None:
    store.channels.configure(store.channels.get("news"), {"max_per_day": "1"}, "UTC")
    kept = [queue(store, "news", n, 5 + n / 10) for n in (1, 2)]
    waits = queue(store, "shop", 3, 6, needs_review=True)
    code, rows = rehearse()
    assert code == 3
    assert {rows[key]["verdict"] for key in kept} != {"fine"}
    assert "approval" in str(rows[waits]["reasons"])
    store.channels.pause(store.channels.get("shop").id, "by hand")
    assert "paused" in str(rehearse()[1][waits]["reasons"])


def test_a_missing_public_address_is_told(store: Store, rehearse: Rehearse) -> None:
    store.channels.add(
        "insta",
        "instagram",
        api_base="http://127.0.0.1:9",
        settings={"user_id": "1"},
        secrets={"token": "t"},
        timezone="UTC",
    )
    key = queue(store, "insta", 4, 3)
    code, rows = rehearse()
    assert code == 3
    assert "PUBLIC_MEDIA_BASE_URL" in str(rows[key]["reasons"])


def test_a_freeze_stops_all(store: Store, rehearse: Rehearse) -> None:
    key = queue(store, "news", 40, 5)
    store.switches.freeze("me", "a storm")
    code, rows = rehearse()
    assert code == 3
    assert "a storm" in str(rows[key]["reasons"])


def test_what_is_due_later_is_left_out(store: Store, rehearse: Rehearse) -> None:
    key = queue(store, "news", 40, 24 * 5)
    code, rows = rehearse()
    assert code == 0
    assert key not in rows
