"""The commands that say when: slots, moves, rules, evergreen posts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Command

ARTICLE = "Bread is back\n\nThe bakery on the corner sold 400 loaves on Monday. Queues were long.\n"


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return str(path)


@pytest.fixture
def news(socialpipe: Command, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOKEN", "very-secret-token")
    for name in ("news", "other"):
        added = socialpipe(
            "channel", "add", "x", name, "--secret", "token=env:TOKEN",
            "--set", "timezone=Asia/Seoul", "--set", "slots=mon-sun 09:00",
        )  # fmt: skip
        assert added.code == 0, added.err
    return "news"


def add(socialpipe: Command, article: str, *options: str) -> list[dict[str, object]]:
    made = socialpipe("queue", "add", article, "--channel", "news", *options, "--json")
    assert made.code == 0, made.err
    return list(made.lines)


def queued(socialpipe: Command) -> list[int]:
    return [row["id"] for row in socialpipe("queue", "list", "--json").lines]


def test_first_goes_before_the_others(socialpipe: Command, news: str, article: str) -> None:
    (one,) = add(socialpipe, article, "--next")
    (head,) = add(socialpipe, article, "--first")
    assert queued(socialpipe) == [head["delivery"], one["delivery"]]
    shown = socialpipe("channel", "slots", news, "--count", "3", "--json").lines
    assert [row["delivery"] for row in shown] == [head["delivery"], one["delivery"], None]
    assert [row["free"] for row in shown] == [False, False, True]
    assert {row["local"][11:] for row in shown} == {"09:00:00"}
    assert "free" in socialpipe("channel", "slots", news).out


def test_slots_change_and_the_queue_flows_on_request(
    socialpipe: Command, news: str, article: str
) -> None:
    add(socialpipe, article, "--next")
    assert socialpipe("channel", "slots", news, "--set", "mon-sun 10:00").code == 0
    (free, *_) = socialpipe("channel", "slots", news, "--json").lines
    assert free["free"] is True
    flowed = socialpipe("channel", "slots", news, "--reflow", "--json")
    assert flowed.lines[0]["free"] is False
    zoned = socialpipe("channel", "slots", news, "--zone", "Europe/Berlin", "--json")
    assert zoned.lines[0]["zone"] == "Europe/Berlin"
    (taken,) = [row for row in zoned.lines if not row["free"]]
    # The queued post keeps its day and hour; an earlier slot may be free in the new zone.
    assert taken["local"] == flowed.lines[0]["local"]
    quiet = socialpipe("channel", "slots", news, "--quiet", "09:00-11:00", "--json")
    assert quiet.lines == []
    assert socialpipe("channel", "slots", news, "--quiet", "none", "--json").lines
    for wrong in (("--set", "noon"), ("--quiet", "noon"), ("--zone", "Mars/Olympus")):
        assert socialpipe("channel", "slots", news, *wrong).code == 2


def test_quiet_hours_are_a_setting(socialpipe: Command, news: str) -> None:
    options = ("--secret", "token=env:TOKEN", "--set")
    assert socialpipe("channel", "add", "x", "n2", *options, "quiet=22:00-07:00").code == 0
    assert socialpipe("channel", "show", "n2", "--json").json["settings"]["quiet"] == "22:00-07:00"
    assert socialpipe("channel", "add", "x", "n3", *options, "quiet=night").code == 2


def test_move_swap_shuffle(socialpipe: Command, news: str, article: str) -> None:
    one, two, three = (str(add(socialpipe, article, "--next")[0]["delivery"]) for _ in range(3))
    assert socialpipe("queue", "swap", one, two).code == 0
    assert queued(socialpipe)[:2] == [int(two), int(one)]
    assert socialpipe("queue", "move", two, "--next").code == 0
    assert queued(socialpipe) == [int(one), int(three), int(two)]
    assert socialpipe("queue", "move", two, "--next", "--at", "2031-01-01T00:00:00Z").code == 2
    assert socialpipe("queue", "move", two).code == 2
    assert "(seed abc)" in socialpipe("queue", "shuffle", "--channel", news, "--seed", "abc").err
    assert "(seed " in socialpipe("queue", "shuffle", "--channel", news).err
    assert sorted(queued(socialpipe)) == sorted(map(int, (one, two, three)))
    assert socialpipe("queue", "re-resolve").code == 0


def test_wall_times_need_a_zone(socialpipe: Command, news: str, article: str) -> None:
    naive = ("--at", "2031-05-01T09:00")
    refused = socialpipe("queue", "add", article, "--channel", news, *naive)
    assert refused.code == 2
    assert "does not say in which zone" in refused.err
    (made,) = add(socialpipe, article, *naive, "--zone", "Asia/Seoul")
    assert made["at"] == "2031-05-01T00:00:00+00:00"
    key = str(made["delivery"])
    moved = socialpipe("queue", "move", key, "--at", "2031-05-02T09:00", "--zone", "UTC")
    assert moved.code == 0
    for wrong in (
        ("--at", "2031-05-01T09:00:00Z", "--zone", "Asia/Seoul"),
        ("--at", "2031-05-01T09:00", "--zone", "Mars/Olympus"),
        ("--next", "--zone", "Asia/Seoul"),
        ("--at", "soon", "--zone", "Asia/Seoul"),
        ("--next", "--first"),
        (),
    ):
        assert socialpipe("queue", "add", article, "--channel", news, *wrong).code == 2, wrong


def test_stagger_embargo_and_expiry(socialpipe: Command, news: str, article: str) -> None:
    at = ("--at", "2031-05-01T09:00:00Z")
    made = add(socialpipe, article, "--channel", "other", *at, "--stagger", "5m")
    first, second = (datetime.fromisoformat(str(row["at"])) for row in made)
    assert (second - first).total_seconds() == 300
    (held,) = add(socialpipe, article, "--now", "--not-before", "2031-05-01T09:00:00Z")
    assert held["at"] == "2031-05-01T09:00:00+00:00"
    moved = socialpipe("queue", "move", str(held["delivery"]), "--at", "2031-04-01T09:00:00Z")
    assert moved.code == 4
    assert "embargo" in moved.err
    for bounds in (
        (*at, "--not-before", "2031-05-02T00:00:00Z"),
        (*at, "--expires", "2031-04-02T00:00:00Z"),
        ("--next", "--not-before", "2031-05-02T00:00:00Z", "--expires", "2031-05-01T00:00:00Z"),
    ):
        refused = socialpipe("queue", "add", article, "--channel", news, *bounds)
        assert refused.code == 4, refused.err
    assert socialpipe("queue", "add", article, "--channel", news, *at, "--stagger", "5").code == 2


def test_repeat_list_and_stop(socialpipe: Command, news: str, article: str) -> None:
    def repeat(*options: str) -> int:
        return socialpipe("queue", "repeat", article, "--channel", news, *options).code

    weekly = ("--rule", "FREQ=WEEKLY;BYDAY=MO")
    zone = ("--zone", "Asia/Seoul")
    assert repeat(*weekly, "--start", "2026-01-05T09:00", *zone) == 0
    (rule,) = socialpipe("queue", "rules", "list", "--json").lines
    assert (rule["rrule"], rule["zone"]) == ("FREQ=WEEKLY;BYDAY=MO", "Asia/Seoul")
    assert datetime.fromisoformat(rule["next_at"]).hour == 0  # 09:00 in Seoul
    assert 8 <= len(queued(socialpipe)) <= 9
    assert "FREQ=WEEKLY" in socialpipe("queue", "rules", "list").out
    assert socialpipe("queue", "rules", "stop", str(rule["rule"])).code == 0
    assert queued(socialpipe) == []
    assert "stopped" in socialpipe("queue", "rules", "list").out
    assert socialpipe("queue", "rules", "stop", "99").code == 2
    assert repeat(*weekly, "--start", "2026-01-05T09:00") == 2
    assert repeat(*weekly, "--start", "2026-01-05T09:00:00Z", *zone) == 2
    assert repeat("--rule", "FREQ=HOURLY", "--start", "2026-01-05T09:00", *zone) == 2
    past = ("--until", "2025-01-05T09:00")
    assert repeat(*weekly, "--start", "2026-01-05T09:00", *past, *zone) == 2


def test_evergreen_add_list_and_stop(socialpipe: Command, news: str, article: str) -> None:
    source = ("queue", "evergreen", "add", article, "--channel", news)
    (made,) = socialpipe(*source, "--cooldown", "30d", "--max-repeats", "3", "--json").lines
    (listed,) = socialpipe("queue", "evergreen", "list", "--json").lines
    assert (listed["most"], listed["times"], listed["cooldown"]) == (3, 0, 30 * 86_400)
    assert "0/3" in socialpipe("queue", "evergreen", "list").out
    assert socialpipe("queue", "evergreen", "stop", str(made["evergreen"])).code == 0
    assert "stopped" in socialpipe("queue", "evergreen", "list").out
    assert socialpipe(*source, "--cooldown", "soon").code == 2
