"""The commands of the contract, as a person or a script uses them."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Command

from socialpipe.settings import load
from socialpipe.store import Store

ARTICLE = "Bread is back\n\nThe bakery on the corner sold 400 loaves on Monday. Queues were long.\n"


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return str(path)


@pytest.fixture
def channel(socialpipe: Command, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOKEN", "very-secret-token")
    added = socialpipe(
        "channel", "add", "x", "news", "--secret", "token=env:TOKEN",
        "--set", "timezone=Asia/Seoul", "--set", "slots=mon-sun 09:00",
    )  # fmt: skip
    assert added.code == 0, added.err
    return "news"


def test_channel_life(socialpipe: Command, channel: str) -> None:
    (listed,) = socialpipe("channel", "list", "--json").lines
    assert (listed["channel"], listed["platform"], listed["paused"]) == ("news", "x", False)
    assert socialpipe("channel", "pause", channel).code == 0
    shown = socialpipe("channel", "show", channel, "--json").json
    assert shown["paused"] is True
    assert shown["timezone"] == "Asia/Seoul"
    assert socialpipe("channel", "resume", channel).code == 0
    assert socialpipe("channel", "remove", channel).code == 0
    assert socialpipe("channel", "list", "--json").lines == []


def test_channel_with_history_is_not_removed(
    socialpipe: Command, channel: str, article: str
) -> None:
    socialpipe("queue", "add", article, "--channel", channel, "--now")
    removed = socialpipe("channel", "remove", channel)
    assert removed.code == 4
    assert "pause" in removed.err


def test_secrets_are_sealed(socialpipe: Command, channel: str) -> None:
    data_dir = load().data_dir
    key = data_dir / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    for file in data_dir.rglob("*"):
        if file.is_file():
            assert b"very-secret-token" not in file.read_bytes(), file
    for command in (("show", channel), ("show", channel, "--json"), ("list",)):
        assert "very-secret-token" not in socialpipe("channel", *command).out
    store = Store(load())
    assert store.channels.secrets(store.channels.get(channel).id) == {"token": "very-secret-token"}
    store.close()


def test_queue_at_a_time_and_move(socialpipe: Command, channel: str, article: str) -> None:
    at = "2031-05-01T09:00:00+09:00"
    (made,) = socialpipe("queue", "add", article, "--channel", channel, "--at", at, "--json").lines
    assert made["at"] == "2031-05-01T00:00:00+00:00"
    key = str(made["delivery"])
    assert socialpipe("queue", "move", key, "--at", "2031-05-02T09:00:00+09:00").code == 0
    (waiting,) = socialpipe("queue", "list", "--json").lines
    assert waiting["at"] == "2031-05-02T00:00:00+00:00"
    assert waiting["title"] == "Bread is back"
    assert socialpipe("queue", "move", key, "--at", "2031-05-02T09:00:00").code == 2


def test_queue_takes_the_next_free_slots(socialpipe: Command, channel: str, article: str) -> None:
    times = []
    for _ in range(3):
        (made,) = socialpipe(
            "queue", "add", article, "--channel", channel, "--next", "--json"
        ).lines
        times.append(datetime.fromisoformat(made["at"]))
    assert [at.hour for at in times] == [0, 0, 0]  # 09:00 in Seoul
    assert times[1] - times[0] == times[2] - times[1] == timedelta(days=1)
    assert times[0] > datetime.now(UTC)


def test_delivery_tells_its_story(socialpipe: Command, channel: str, article: str) -> None:
    (made,) = socialpipe("queue", "add", article, "--channel", channel, "--now", "--json").lines
    key = str(made["delivery"])
    told = socialpipe("delivery", "explain", key, "--json").json
    assert told["state"] == "draft"
    assert told["cause"]
    assert told["next_step"]
    shown = socialpipe("delivery", "show", key, "--json").json
    assert [event["to_state"] for event in shown["events"]] == ["draft"]
    assert "why" in socialpipe("delivery", "explain", key).out
    assert socialpipe("delivery", "cancel", key).code == 0
    assert socialpipe("delivery", "list", "--json").lines[0]["state"] == "cancelled"
    assert socialpipe("delivery", "cancel", key).code == 4
    assert socialpipe("delivery", "list", "--state", "scheduled", "--json").lines == []


def test_count(socialpipe: Command) -> None:
    counted = socialpipe("count", "x", "안녕 https://example.com/a", "--json")
    assert counted.code == 0
    assert counted.json == {
        "platform": "x", "length": 28, "limit": 280, "unit": "weighted", "valid": True,
    }  # fmt: skip
    long = socialpipe("count", "mastodon", "--json", stdin=b"x" * 501)
    assert (long.code, long.json["length"], long.json["valid"]) == (4, 501, False)
    assert socialpipe("count", "bluesky", "hello").out.startswith("5/300")


def test_platforms(socialpipe: Command) -> None:
    told = {row["platform"]: row["limits"] for row in socialpipe("platforms", "--json").lines}
    assert {"x", "bluesky", "mastodon", "telegram"} <= set(told)
    assert told["x"]["text"] == 280
    assert all(limits["source"] and limits["checked"] for limits in told.values())
    assert "mastodon" in socialpipe("platforms").out


def test_config_says_where_values_come_from(
    socialpipe: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SOCIALPIPE_LEASE=77\n", encoding="ascii")
    (tmp_path / "socialpipe.toml").write_text("lease = 5\ngrace = 60\n", encoding="ascii")
    monkeypatch.setenv("SOCIALPIPE_SECRET_KEY", "hush-hush")
    load.cache_clear()
    shown = socialpipe("config", "show", "--json")
    rows = {row["setting"]: row for row in shown.lines}
    assert rows["SOCIALPIPE_LEASE"] == {
        "setting": "SOCIALPIPE_LEASE", "value": "77.0", "source": ".env",
    }  # fmt: skip
    assert rows["SOCIALPIPE_GRACE"]["source"] == "socialpipe.toml"
    assert rows["SOCIALPIPE_DATA_DIR"]["source"] == "environment"
    assert rows["SOCIALPIPE_POLL"]["source"] == "default"
    assert "hush-hush" not in shown.out


def test_doctor_finds_what_is_wrong(socialpipe: Command, channel: str) -> None:
    sick = socialpipe("doctor", "--json")
    checks = {row["check"]: row for row in sick.lines}
    assert sick.code == 1
    assert checks["database"]["ok"] is True
    assert checks["roles"]["ok"] is False
    assert "socialpipe up" in checks["roles"]["fix"]


def test_usage_errors_are_clicks(socialpipe: Command) -> None:
    assert socialpipe("no-such-command").code == 2
    assert socialpipe("compose").code == 2
    assert socialpipe("--help").code == 0
