"""Channels by name: every command finds those of its own workspace, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from socialpipe.settings import load
from socialpipe.store import Store

RULE = ("--rule", "FREQ=WEEKLY;BYDAY=MO", "--start", "2099-01-05T09:00")
ARTICLE = "Bees in town\n\nBees live on roofs now. They find more flowers there than in fields."
PLAN = "campaign:\n  - {name: bees, text: 'Bees in town.', channels: [news]}\n"
ROWS = "text,channel,at\nBees in town.,news,2099-01-01T09:00:00Z\n"
EVENT = "UID:1@diary\r\nDTSTART:20990101T090000Z\r\nSUMMARY:Bees in town."
DIARY = (
    f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{EVENT}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
FILES = {"bees.md": ARTICLE, "plan.yaml": PLAN, "rows.csv": ROWS, "diary.ics": DIARY}


@pytest.fixture
def other(socialpipe: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """The command line of another workspace than the one whose channel is `news`."""
    add = ("channel", "add", "telegram", "news", "--set", "chat_id=@news", "--secret")
    assert socialpipe(*add, "token=-", stdin=b"123:abc").code == 0
    Store(load()).workspaces.add("other")
    monkeypatch.setenv("SOCIALPIPE_WORKSPACE", "other")
    load.cache_clear()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return socialpipe


@pytest.mark.parametrize(
    "words",
    [
        ("channel", "show", "news"),
        ("channel", "test", "news"),
        ("channel", "pause", "news"),
        ("channel", "resume", "news"),
        ("channel", "set", "news", "--set", "min_gap=9"),
        ("channel", "slots", "news"),
        ("channel", "slots", "news", "--set", "mon 09:00"),
        ("channel", "best-times", "news"),
        ("channel", "disconnect", "news"),
        ("channel", "remove", "news"),
        ("report", "news"),
        ("delivery", "list", "--channel", "news"),
        ("queue", "list", "--channel", "news"),
        ("queue", "add", "bees.md", "--channel", "news", "--now"),
        ("queue", "add", "bees.md", "--channel", "news", "--now", "--dry-run"),
        ("queue", "evergreen", "add", "bees.md", "--channel", "news"),
        ("queue", "repeat", "bees.md", "--channel", "news", *RULE),
        ("queue", "shuffle", "--channel", "news"),
        ("feed", "add", "https://blog.example/feed", "--channel", "news"),
        ("plan", "plan.yaml"),
        ("apply", "plan.yaml"),
        ("import", "rows.csv"),
        ("import", "diary.ics", "--channel", "news"),
    ],
    ids=" ".join,
)
def test_a_channel_of_another_workspace_is_not_found(other: Command, words: Sequence[str]) -> None:
    before = Store(load()).channels.get("news")
    found = other(*words)
    assert found.code == 2
    assert "no channel 'news'" in found.err
    assert Store(load()).channels.get("news") == before
    assert Store(load()).deliveries.find() == []


def test_of_two_of_the_same_name_it_is_one_s_own(other: Command) -> None:
    add = ("channel", "add", "discord", "news", "--secret", "webhook_url=-")
    assert other(*add, stdin=b"https://discord.example/api/webhooks/1/abc").code == 0
    assert other("channel", "show", "news", "--json").json["platform"] == "discord"
    assert other("channel", "pause", "news").code == 0
    paused = {one.platform: one.paused for one in Store(load()).channels.all()}
    assert paused == {"discord": True, "telegram": False}
