"""A user's mistake gets one sentence, the right exit code, and changes nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.conftest import Command, Result
from tests.conftest import Environment

from socialpipe.simulator import Simulator

ARTICLE = "Bread is back\n\nThe bakery on the corner sold 400 loaves on Monday. Queues were long.\n"


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return str(path)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def channel(socialpipe: Command, simulator: Simulator, tmp_path: Path) -> str:
    (tmp_path / "token").write_text("good\n", encoding="ascii")
    base = f"api_base={simulator.base('mastodon')}"
    added = socialpipe(
        "channel", "add", "mastodon", "news", "--set", base, "--secret", f"token=@{tmp_path}/token"
    )
    assert added.code == 0, added.err
    return "news"


def refused(result: Result, code: int, *words: str) -> None:
    assert result.code == code, result
    assert result.out == ""
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err, result.err


def test_missing_file(socialpipe: Command) -> None:
    refused(socialpipe("compose", "no-such-file.md"), 2, "no-such-file.md", "no such file")


def test_directory(socialpipe: Command, tmp_path: Path) -> None:
    refused(socialpipe("compose", str(tmp_path)), 2, "directory")


@pytest.mark.parametrize("content", [b"", b"  \n\n\t ", b"\x00\x01\x02\xff\xfe" * 400])
def test_no_article(socialpipe: Command, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(content)
    out = tmp_path / "out"
    refused(socialpipe("compose", str(path), "--out", str(out)), 4, "error:")
    refused(socialpipe("compose", "-", "--out", str(out), stdin=content), 4, "error:")
    assert not out.exists()


def test_unknown_platform(socialpipe: Command, article: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = socialpipe("compose", article, "--to", "myspace", "--out", str(out))
    refused(result, 2, "myspace", "mastodon")
    assert not out.exists()
    refused(socialpipe("count", "myspace", "text"), 2, "myspace")


def test_unwritable_folder(socialpipe: Command, article: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    result = socialpipe("compose", article, "--to", "mastodon", "--out", str(tmp_path / "file/out"))
    refused(result, 2, "--out")


def test_unknown_channel_queues_nothing(socialpipe: Command, article: str, channel: str) -> None:
    result = socialpipe("queue", "add", article, "--channel", channel, "--channel", "nope", "--now")
    refused(result, 2, "nope", "news")
    assert socialpipe("delivery", "list", "--json").lines == []


@pytest.mark.parametrize(
    ("when", "code"),
    [("2031-01-01T09:00:00", 2), ("tomorrow", 2), ("2020-01-01T09:00:00+09:00", 4), ("", 2)],
)
def test_bad_times(socialpipe: Command, article: str, channel: str, when: str, code: int) -> None:
    refused(socialpipe("queue", "add", article, "--channel", channel, "--at", when), code)
    assert socialpipe("delivery", "list", "--json").lines == []


def test_no_time_and_two_times(socialpipe: Command, article: str, channel: str) -> None:
    refused(socialpipe("queue", "add", article, "--channel", channel), 2, "--now")
    refused(socialpipe("queue", "add", article, "--channel", channel, "--now", "--next"), 2)


def test_empty_article_queues_nothing(socialpipe: Command, channel: str) -> None:
    refused(socialpipe("queue", "add", "-", "--channel", channel, "--now"), 4)
    assert socialpipe("delivery", "list", "--json").lines == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("LEASE", "soon"), ("TIMEZONE", "Mars/Olympus"), ("PUBLISH_THREADS", "0")],
)
def test_malformed_setting(
    socialpipe: Command, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    from socialpipe.settings import load

    monkeypatch.setenv(f"SOCIALPIPE_{name}", value)
    load.cache_clear()
    refused(socialpipe("channel", "list"), 2, f"SOCIALPIPE_{name}")


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense"])
def test_malformed_database_url(socialpipe: Command, environment: Environment, url: str) -> None:
    environment(database_url=url)
    refused(socialpipe("channel", "list"), 2, "SOCIALPIPE_DATABASE_URL")


def test_unreachable_database(socialpipe: Command, environment: Environment) -> None:
    secret = "hush-hush"
    environment(database_url=f"postgresql://me:{secret}@127.0.0.1:{closed_port()}/x")
    result = socialpipe("channel", "list")
    refused(result, 75, "database")
    assert secret not in result.err


def test_unreachable_redis(socialpipe: Command, environment: Environment) -> None:
    secret = "hush-hush"
    environment(redis_url=f"redis://:{secret}@127.0.0.1:{closed_port()}/0")
    result = socialpipe("up", "--port", "0")
    refused(result, 75, "Redis")
    assert secret not in result.err


def test_wrong_token(socialpipe: Command, simulator: Simulator, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("bad-token", encoding="ascii")
    base = f"api_base={simulator.base('mastodon')}"
    socialpipe(
        "channel", "add", "mastodon", "news", "--set", base, "--secret", f"token=@{tmp_path}/token"
    )
    result = socialpipe("channel", "test", "news")
    refused(result, 5, "credentials")
    assert "bad-token" not in result.err


def test_good_token(socialpipe: Command, channel: str) -> None:
    assert socialpipe("channel", "test", channel, "--json").json["ok"] is True


def test_secret_on_the_command_line(socialpipe: Command) -> None:
    result = socialpipe("channel", "add", "x", "mine", "--secret", "token=abc123")
    refused(result, 2, "@FILE")
    assert "abc123" not in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("x", "mine"),  # no token
        ("x", "mine", "--set", "colour=red"),
        ("x", "mine", "--set", "novalue"),
        ("x", "bad name!", "--secret", "token=env:TOKEN"),
        ("x", "mine", "--secret", "token=env:NOT_THERE"),
        ("x", "mine", "--secret", "token=@/no/such/file"),
        ("x", "mine", "--secret", "token=env:TOKEN", "--set", "timezone=Mars"),
        ("x", "mine", "--secret", "token=env:TOKEN", "--set", "slots=noon"),
        ("x", "mine", "--secret", "token=env:TOKEN", "--set", "api_base=ftp://x"),
        ("mastodon", "mine", "--secret", "token=env:TOKEN"),  # which server?
        ("myspace", "mine"),
    ],
)
def test_bad_channels_are_not_stored(
    socialpipe: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TOKEN", "something")
    refused(socialpipe("channel", "add", *arguments), 2)
    assert socialpipe("channel", "list", "--json").lines == []


def test_taken_name(socialpipe: Command, channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "something")
    refused(socialpipe("channel", "add", "x", channel, "--secret", "token=env:TOKEN"), 2, "news")


@pytest.mark.parametrize("verb", ["show", "explain", "retry", "cancel"])
def test_unknown_delivery(socialpipe: Command, verb: str) -> None:
    refused(socialpipe("delivery", verb, "77"), 2, "77")


def test_wrong_key(socialpipe: Command, channel: str, environment: Environment) -> None:
    environment(secret_key="another")
    refused(socialpipe("channel", "test", channel), 2, "SOCIALPIPE_SECRET_KEY")


def test_data_dir_in_the_way(socialpipe: Command, environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    environment(data_dir=tmp_path / "file" / "data")
    refused(socialpipe("channel", "list"), 2, "SOCIALPIPE_DATA_DIR")


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
