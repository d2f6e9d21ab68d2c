"""A plan is made true once; the same plan once more changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from socialpipe.cli import run
from socialpipe.model import State
from socialpipe.store import Store
from socialpipe.store.schema import delivery

ARTICLE = """# The pier of Wexford opens

The harbour of Wexford has opened its new pier. It carries 40 boats and took three years to build.
Fishers say that the old pier had become too small for them. The town expects 12,000 visitors a
year. Walking on the new pier costs nothing.
"""
PLAN = """
campaign:
  - name: pier
    article: pier.md
    channels: [news, shop]
    at: "2031-03-01T09:00"
    zone: Asia/Seoul
    overrides:
      shop: {at: next}
"""

Call = Callable[..., tuple[int, list[dict[str, object]]]]


@pytest.fixture
def folder(store: Store, tmp_path: Path) -> Path:
    """A plan and its article."""
    (tmp_path / "pier.md").write_text(ARTICLE)
    (tmp_path / "spring.yaml").write_text(PLAN)
    return tmp_path


@pytest.fixture
def call(folder: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def call(*arguments: str) -> tuple[int, list[dict[str, object]]]:
        code = run([*arguments, "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return call


def verbs(rows: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [(row["change"], row["channel"]) for row in rows]


def test_a_plan_changes_nothing(call: Call, store: Store) -> None:
    assert verbs(call("plan", "spring.yaml")[1]) == [("queue", "news"), ("queue", "shop")]
    assert store.deliveries.find() == []


def test_applied_twice_changes_nothing(call: Call, store: Store) -> None:
    assert verbs(call("apply", "spring.yaml")[1]) == [("queue", "news"), ("queue", "shop")]
    first = store.deliveries.find()
    assert call("apply", "spring.yaml") == (0, [])
    assert store.deliveries.find() == first
    news = next(one for one in first if one.channel == "news")
    assert news.wanted_at.isoformat() == "2031-03-01T00:00:00+00:00"
    assert next(one for one in first if one.channel == "shop").in_slot
    assert len({one.campaign_id for one in first}) == 1  # drawn once


def test_another_time_moves(call: Call, store: Store, folder: Path) -> None:
    call("apply", "spring.yaml")
    before = store.deliveries.find(channel_name="news")[0]
    (folder / "spring.yaml").write_text(PLAN.replace("03-01T09", "03-02T10"))
    rows = call("apply", "spring.yaml")[1]
    assert verbs(rows) == [("move", "news")]
    after = store.deliveries.get(before.id)
    assert after.wanted_at.isoformat() == "2031-03-02T01:00:00+00:00"
    assert call("apply", "spring.yaml")[1] == []


def test_another_text_replaces_what_waits(call: Call, store: Store, folder: Path) -> None:
    call("apply", "spring.yaml")
    (folder / "pier.md").write_text(ARTICLE.replace("40 boats", "50 boats"))
    assert verbs(call("apply", "spring.yaml")[1]) == [("replace", "news"), ("replace", "shop")]
    states = sorted(one.state for one in store.deliveries.find())
    assert states == ["cancelled", "cancelled", "draft", "draft"]
    assert call("apply", "spring.yaml")[1] == []


def test_what_is_out_stays_out(call: Call, store: Store, folder: Path) -> None:
    call("apply", "spring.yaml")
    out = store.deliveries.find(channel_name="news")[0].id
    with store.database.write() as connection:
        values = {"state": State.PUBLISHED, "frozen_at": store.now()}
        connection.execute(sa.update(delivery).where(delivery.c.id == out).values(values))
    (folder / "pier.md").write_text(ARTICLE.replace("40 boats", "50 boats"))
    assert ("out", "news") in verbs(call("plan", "spring.yaml")[1])
    call("apply", "spring.yaml")
    assert store.deliveries.get(out).state is State.PUBLISHED
    assert len(store.deliveries.find(channel_name="news")) == 1


def test_what_the_plan_has_no_more_is_cancelled(call: Call, store: Store, folder: Path) -> None:
    call("apply", "spring.yaml")
    (folder / "spring.yaml").write_text(
        PLAN.replace("[news, shop]", "[news]").replace(
            "    overrides:\n      shop: {at: next}\n", ""
        )
    )
    assert verbs(call("apply", "spring.yaml")[1]) == [("cancel", "shop")]
    assert store.deliveries.find(channel_name="shop")[0].state is State.CANCELLED
    assert call("apply", "spring.yaml")[1] == []


def test_two_plans_do_not_know_each_other(call: Call, store: Store, folder: Path) -> None:
    call("apply", "spring.yaml")
    (folder / "other.toml").write_text(
        '[[campaign]]\nname = "pier"\ntext = "A pier has opened in Wexford. It is long."\n'
        'channels = ["news"]\nat = 2031-05-01T09:00:00Z\n'
    )
    assert verbs(call("apply", "other.toml")[1]) == [("queue", "news")]
    assert call("apply", "spring.yaml")[1] == []
    assert len(store.deliveries.find()) == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("article: pier.md", "article: none.md", "none.md"),
        ("[news, shop]", "[news, shop, moon]", "moon"),
        ("2031-03-01T09:00", "2020-03-01T09:00", "past"),
        ("zone: Asia/Seoul", "zone: Asia/Seul", "Seul"),
        ("    zone: Asia/Seoul\n", "", "zone"),
        ("name: pier", "title: pier", "title"),
        ("shop: {at: next}", "moon: {at: next}", "moon"),
        ("campaign:", "campaign: [", "YAML"),
    ],
)
def test_a_bad_plan_changes_nothing(
    folder: Path, store: Store, capsys: pytest.CaptureFixture[str], old: str, new: str, says: str
) -> None:
    (folder / "spring.yaml").write_text(PLAN.replace(old, new))
    assert run(["apply", "spring.yaml"]) in {1, 2, 4}
    assert says in capsys.readouterr().err
    assert store.deliveries.find() == []
