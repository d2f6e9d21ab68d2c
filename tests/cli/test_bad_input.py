"""A user's mistake gets one sentence, the right exit code, and changes nothing."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
from tests.cli.conftest import Command, Result
from tests.conftest import Environment
from tests.platforms.network import Network, Reply

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
        ("x", "mine", "--secret", "token=env:TOKEN", "--set", "max_per_day=0"),
        ("x", "mine", "--secret", "token=env:TOKEN", "--set", "min_gap=soon"),
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


PAGE = {"Content-Type": "text/html; charset=utf-8"}
BODY = "".join(f"<p>The bakery on the corner sold {n} loaves in hour {n}.</p>" for n in range(30))


class TestPages:
    """Addresses that lead to no article."""

    def compose(self, socialpipe: Command, reply: Reply) -> Result:
        with Network({"GET /post": reply}) as network:
            return socialpipe("compose", f"{network.base}/post", "--to", "mastodon")

    def test_a_page_of_50_megabytes(self, socialpipe: Command) -> None:
        tracemalloc.start()
        try:
            result = self.compose(socialpipe, Reply(200, b"<p>bread</p>" * 4_200_000, PAGE))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        refused(result, 4, "larger than 5 MB", "one article")
        assert peak < 130_000_000  # 50 of it is the server's own

    def test_a_page_that_unpacks_to_50_megabytes(self, socialpipe: Command) -> None:
        packed = gzip.compress(b"<p>bread</p>" * 4_200_000)
        headers = {**PAGE, "Content-Encoding": "gzip"}
        refused(self.compose(socialpipe, Reply(200, packed, headers)), 4, "larger than 5 MB")

    def test_a_login_wall(self, socialpipe: Command) -> None:
        form = b"<h1>Log in</h1><p>Welcome back.</p><form><input type=password></form>"
        refused(self.compose(socialpipe, Reply(200, form, PAGE)), 4, "login", "save it")
        refused(self.compose(socialpipe, Reply(401, form, PAGE)), 4, "save it")

    def test_boilerplate_only(self, socialpipe: Command) -> None:
        page = b"<html><nav>Home</nav><p>Accept all cookies</p><footer>Imprint</footer></html>"
        refused(self.compose(socialpipe, Reply(200, page, PAGE)), 4, "no article")

    def test_a_redirect_to_a_private_address(
        self, socialpipe: Command, environment: Environment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One server counts as public; it sends us to another one, which does not."""
        from socialpipe.platforms import wire

        environment(allow_private_hosts="false")
        judge = wire.admit
        with Network({"GET /post": Reply(200, BODY.encode(), PAGE)}) as private:
            away = Reply(302, b"", {"Location": f"{private.base}/post"})
            with Network({"GET /post": away}) as public:

                def admit(sock: socket.socket, *, allow_private: bool) -> socket.socket:
                    known = f":{sock.getpeername()[1]}" in public.base
                    return sock if known else judge(sock, allow_private=allow_private)

                monkeypatch.setattr(wire, "admit", admit)
                result = socialpipe("compose", f"{public.base}/post")
            refused(result, 4, "private", "SOCIALPIPE_ALLOW_PRIVATE_HOSTS")
            assert private.requests == []

    def test_nobody_there(self, socialpipe: Command) -> None:
        refused(
            socialpipe("compose", f"http://127.0.0.1:{closed_port()}/"), 75, "cannot be reached"
        )

    @pytest.mark.parametrize("address", ["http://", "https://me:pw@h.example/", "ftp://h.example/"])
    def test_no_address(self, socialpipe: Command, address: str) -> None:
        refused(socialpipe("compose", address), 2, "try:")


class TestHostileText:
    """Articles that are read, with what would do harm left out."""

    def parts(self, socialpipe: Command, tmp_path: Path, name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        done = socialpipe("compose", str(path), "--to", "mastodon", "--to", "telegram", "--json")
        assert done.code == 0, done.err
        posts = done.json["posts"]
        return "\n".join(part["text"] for post in posts for part in post["parts"])

    def test_hangul_in_decomposed_form(self, socialpipe: Command, tmp_path: Path) -> None:
        text = "빵이 돌아왔다\n\n모퉁이 빵집이 월요일에 빵 400개를 팔았습니다. 줄이 길었습니다.\n"
        composed = self.parts(socialpipe, tmp_path, "nfc.txt", text)
        decomposed = self.parts(socialpipe, tmp_path, "nfd.txt", normalize("NFD", text))
        assert composed == decomposed
        assert "모퉁이 빵집" in composed

    def test_bidi_overrides_and_invisible_characters(
        self, socialpipe: Command, tmp_path: Path
    ) -> None:
        hidden = "\u202e\u2066\u200b\u2060\ufeff\u00ad\U000e0041"
        text = f"Bread{hidden} is back\n\nThe bakery{hidden} sold 400 loaves on{hidden} Monday.\n"
        shown = self.parts(socialpipe, tmp_path, "a.txt", text)
        assert not set(hidden) & set(shown)
        assert "The bakery sold 400 loaves on Monday" in shown

    def test_scripts_in_markdown(self, socialpipe: Command, tmp_path: Path) -> None:
        text = (
            "# Bread is back\n\n<script>alert('x')</script>\n\n"
            '<img src=x onerror="alert(1)">\n\n<style>body{display:none}</style>\n\n'
            f"The bakery sold 400 loaves on <b>Monday</b>. <iframe src={closed_port()}></iframe>"
            "Queues were long.\n"
        )
        shown = self.parts(socialpipe, tmp_path, "a.md", text)
        assert "400 loaves" in shown
        for word in ("<", "alert", "iframe", "display:none", "onerror"):
            assert word not in shown

    def test_a_word_without_end(self, socialpipe: Command, tmp_path: Path) -> None:
        text = f"Bread is back\n\n{'b' * 10_000}. The bakery sold 400 loaves on Monday.\n"
        assert "400 loaves" in self.parts(socialpipe, tmp_path, "a.txt", text)

    def test_nothing_but_emoji(self, socialpipe: Command) -> None:
        refused(socialpipe("compose", "-", stdin="🥖🍞🥐 ".encode() * 500), 4, "no article")

    def test_a_feed_bomb(self, socialpipe: Command, tmp_path: Path) -> None:
        path = tmp_path / "feed.xml"
        entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
        path.write_text(
            f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a0 'bread'>{entities}]>"
            "<rss version='2.0'><channel><item><title>&a11;</title></item></channel></rss>",
            encoding="utf-8",
        )
        refused(socialpipe("compose", str(path)), 4, "entities")


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
