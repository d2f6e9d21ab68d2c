"""Pages over HTTP: redirects, charsets, robots.txt, walls, sizes, private addresses."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest
from tests.conftest import Environment
from tests.platforms.case import http
from tests.platforms.network import Drop, Network, Reply, Request, Route, Slow

from socialpipe.errors import NotFound, Refused, SocialpipeError, TryAgain, UsageError
from socialpipe.model import Article
from socialpipe.platforms.http import LARGEST
from socialpipe.sources import load, web

TEXT = " ".join(f"The bakery on the corner sold {n} loaves in hour {n}." for n in range(3, 30))
HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(body: str = f"<p>{TEXT}</p>", head: str = "", title: str = "Bread is back") -> bytes:
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def read(
    routes: dict[str, Route], path: str = "/post", tell: Callable[[str], None] | None = None
) -> Article:
    with Network(routes) as net:
        return load(net.base + path, http=http(), tell=tell)


def test_page() -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Reply:
        seen.append(request)
        return Reply(200, page(), HTML)

    article = read({"GET /post": answer}, "/post?a=1#comments")
    assert article.title == "Bread is back"
    assert article.url is not None
    assert article.url.endswith("/post?a=1")
    assert seen[0].headers["User-Agent"].startswith("socialpipe/")


@pytest.mark.parametrize(
    ("content_type", "data"),
    [
        ("text/html; charset=euc-kr", "<html><body><p>{}</p></body></html>".encode("cp949")),
        ('text/html; charset="EUC-KR"', "<meta charset=utf-8><p>{}</p>".encode("cp949")),
        ("text/html", "<html><head><meta charset=euc-kr></head><p>{}</p></html>".encode("cp949")),
        ("text/html; charset=euc-kr", "\ufeff<html><p>{}</p></html>".encode()),
        ("text/html; charset=euc-kr", "\ufeff<html><p>{}</p></html>".encode("utf-16-le")),
        ("text/html; charset=no-such-thing", b"<html><p>{}</p></html>"),
        ("text/html; charset=utf-8", "<html><p>{}</p></html>".encode("cp949")),
        ("text/plain; charset=euc-kr", "{}".encode("cp949")),
    ],
)
def test_charsets(content_type: str, data: bytes) -> None:
    text = "모퉁이 빵집이 월요일에 빵 400개를 팔았다. 줄이 전차 정류장까지 길게 늘어섰다. 똠방각하."
    charset = "utf-8" if data.startswith(b"\xef") or "no-such" in content_type else "cp949"
    charset, gap = ("utf-16-le", "{}".encode("utf-16-le")) if b"\0" in data else (charset, b"{}")
    body = data.replace(gap, text.encode(charset))
    article = read({"GET /post": Reply(200, body, {"Content-Type": content_type})})
    assert "똠방각하" in article.text
    assert "charset" not in article.text


def test_markdown_and_plain_text() -> None:
    marked = Reply(200, f"# Bread is back\n\n{TEXT}".encode(), {"Content-Type": "text/markdown"})
    assert read({"GET /post": marked}).title == "Bread is back"
    raw = Reply(200, marked.body, {"Content-Type": "text/plain"})
    assert read({"GET /README.md": raw}, "/README.md").title == "Bread is back"


def test_redirects_lead_to_the_address_of_the_article() -> None:
    routes: dict[str, Route] = {
        "GET /a": Reply(301, b"", {"Location": "/b"}),
        "GET /b": Reply(307, b"", {"Location": "c?x=1"}),
        "GET /c": Reply(200, page(), HTML),
    }
    article = read(routes, "/a")
    assert article.url is not None
    assert article.url.endswith("/c?x=1")


def test_five_redirects_and_no_more() -> None:
    def hop(request: Request) -> Reply:
        n = int(request.path[2:])
        return Reply(302, b"", {"Location": f"/r{n - 1}"}) if n else Reply(200, page(), HTML)

    routes: dict[str, Route] = {r"GET /r\d+": hop}
    assert read(routes, "/r5").title == "Bread is back"
    with pytest.raises(Refused, match="redirects"):
        read(routes, "/r6")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://h.example/", "http://a..b/"])
def test_redirects_to_no_web_address(target: str) -> None:
    with pytest.raises(UsageError):
        read({"GET /post": Reply(302, b"", {"Location": target})})


def test_a_redirect_that_is_no_address_at_all() -> None:
    with pytest.raises(TryAgain, match="answer was lost"):
        read({"GET /post": Reply(302, b"", {"Location": "http://["})})


def test_an_allowed_host_that_redirects_to_a_private_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two servers; the first one's address counts as public."""
    from socialpipe.platforms import wire

    def admit(sock: socket.socket, *, allow_private: bool) -> socket.socket:
        public = sock.getpeername()[1] == int(first.base.rpartition(":")[2])
        return sock if public else real(sock, allow_private=allow_private)

    real = wire.admit
    monkeypatch.setattr(wire, "admit", admit)
    with Network({"GET /secret": Reply(200, page(), HTML)}) as second:
        moved = Reply(302, b"", {"Location": f"{second.base}/secret"})
        with Network({"GET /post": moved}) as first:
            with pytest.raises(Refused, match="private") as caught:
                load(f"{first.base}/post", http=http(allow_private_hosts=False))
            assert len(first.seen("GET /post")) == 1
        assert "SOCIALPIPE_ALLOW_PRIVATE_HOSTS" in caught.value.fix
        assert second.requests == []


def test_private_addresses_get_no_byte() -> None:
    with Network({"GET /post": Reply(200, page(), HTML)}) as net:
        with pytest.raises(Refused, match="private"):
            load(f"{net.base}/post", http=http(allow_private_hosts=False))
        assert net.requests == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Refused), (402, Refused), (403, Refused), (451, Refused), (404, NotFound),
        (410, NotFound), (429, TryAgain), (500, TryAgain), (503, TryAgain), (400, Refused),
    ],
)  # fmt: skip
def test_bad_answers(status: int, error: type[SocialpipeError]) -> None:
    with pytest.raises(error) as caught:
        read({"GET /post": Reply(status, page(), HTML)})
    assert caught.value.fix
    assert "channel" not in str(caught.value)


@pytest.mark.parametrize("act", [Drop(), Slow(2), Slow(5, drip=True)])
def test_silence(act: Drop | Slow) -> None:
    with Network({"GET /post": act, "GET /robots.txt": Reply(404)}) as net:
        began = time.monotonic()
        with pytest.raises(TryAgain):
            load(f"{net.base}/post", http=http(connect_timeout=0.3, read_timeout=0.2))
        assert time.monotonic() - began < 2


def test_a_patience_for_all_hops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "PATIENCE", -1.0)
    with pytest.raises(TryAgain, match="too long"):
        read({"GET /post": Reply(200, page(), HTML)})


def test_a_page_of_50_megabytes_is_not_read_to_its_end() -> None:
    with pytest.raises(Refused, match="larger than 5 MB"):
        read({"GET /post": Reply(200, page("<p>" + "bread " * (LARGEST // 6 + 9)), HTML)})


@pytest.mark.parametrize("mime", ["image/png", "video/mp4", "font/woff2"])
def test_no_page_at_all(mime: str) -> None:
    with pytest.raises(Refused, match=mime):
        read({"GET /post": Reply(200, b"\x89PNG", {"Content-Type": mime})})


@pytest.mark.parametrize(
    "address", ["https://me:pw@h.example/", "http://h.example:99999/", "http://a..b/", "https://"]
)
def test_malformed_addresses(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(address, http=http())
    assert "pw@" not in str(caught.value)


def test_nobody_waits_long_for_a_page(environment: Environment) -> None:
    environment(read_timeout=300)
    assert web.browser().read_timeout <= 30


class TestRobots:
    def test_a_closed_page_is_not_asked_for(self) -> None:
        rules = b"User-agent: *\nAllow: /open\nDisallow: /\n"
        routes: dict[str, Route] = {
            "GET /robots.txt": Reply(200, rules),
            "GET /.*": Reply(200, page(), HTML),
        }
        with Network(routes) as net:
            with pytest.raises(Refused, match=r"robots\.txt") as caught:
                load(f"{net.base}/post", http=http())
            assert "file" in caught.value.fix
            assert net.seen("GET /post") == []
            assert load(f"{net.base}/open", http=http()).title == "Bread is back"

    def test_our_own_name_counts(self) -> None:
        rules = b"User-agent: socialpipe\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
        with pytest.raises(Refused, match=r"robots\.txt"):
            read({"GET /robots.txt": Reply(200, rules), "GET /post": Reply(200, page(), HTML)})

    @pytest.mark.parametrize("status", [401, 403])
    def test_hidden_rules_close_the_site(self, status: int) -> None:
        with pytest.raises(Refused, match=r"robots\.txt"):
            read({"GET /robots.txt": Reply(status), "GET /post": Reply(200, page(), HTML)})

    @pytest.mark.parametrize("act", [Reply(404), Reply(500), Drop(), Reply(200, b"<html>\xff")])
    def test_no_rules_no_ban(self, act: Reply | Drop) -> None:
        routes: dict[str, Route] = {"GET /robots.txt": act, "GET /post": Reply(200, page(), HTML)}
        assert read(routes).title == "Bread is back"

    def test_asked_once_a_run_and_at_every_hop(self) -> None:
        rules = Reply(200, b"User-agent: *\nDisallow: /private\n")
        routes: dict[str, Route] = {
            "GET /robots.txt": rules,
            "GET /a": Reply(302, b"", {"Location": "/private"}),
            "GET /private": Reply(200, page(), HTML),
        }
        with Network(routes) as net:
            with pytest.raises(Refused, match=r"robots\.txt"):
                load(f"{net.base}/a", http=http())
            assert len(net.seen("GET /robots.txt")) == 1
            assert net.seen("GET /private") == []


class TestWalls:
    def test_login(self) -> None:
        form = (
            "<p>Welcome to the Daily Crumb, the paper of record for bakers.</p>"
            "<form><input name=u><input type=password></form>"
        )
        with pytest.raises(Refused, match="login"):
            read({"GET /post": Reply(200, page(form), HTML)})

    def test_a_login_form_beside_an_article_is_no_wall(self) -> None:
        body = f"<p>{TEXT}</p><form><input type='password'></form>"
        assert read({"GET /post": Reply(200, page(body), HTML)}).title == "Bread is back"

    @pytest.mark.parametrize(
        "head",
        [
            '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
            '<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>',
            '<meta property="article:content_tier" content="locked">',
        ],
    )
    def test_paywall(self, head: str) -> None:
        teaser = page(f"<p>{TEXT[:400]}.</p>", head)
        with pytest.raises(Refused, match="paywall"):
            read({"GET /post": Reply(200, teaser, HTML)})
        whole = page(f"<p>{TEXT}</p><p>{TEXT.replace('loaves', 'rolls')}</p>", head)
        assert read({"GET /post": Reply(200, whole, HTML)}).title == "Bread is back"

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "<nav>Home News Sport</nav>",
            "<p>Accept all cookies</p><p>Subscribe to our newsletter!</p>",
        ],
    )
    def test_nothing_but_boilerplate(self, body: str) -> None:
        bare = f"<html><head><title>Daily Crumb</title></head><body>{body}</body></html>".encode()
        with pytest.raises(Refused, match="no article"):
            read({"GET /post": Reply(200, bare, HTML)})


class TestFeeds:
    ITEM = (
        "<item><title>Day {n}</title><link>{link}</link>"
        "<pubDate>{n:02} Nov 2026 08:00:00 GMT</pubDate></item>"
    )

    def feed(self, net: Network, link: str = "/day/{n}") -> Reply:
        items = "".join(self.ITEM.format(n=n, link=net.base + link.format(n=n)) for n in (3, 9, 5))
        data = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>".encode()
        return Reply(200, data, {"Content-Type": "application/rss+xml"})

    def test_the_newest_entry_is_fetched(self) -> None:
        told: list[str] = []
        with Network(
            {r"GET /day/\d": lambda r: Reply(200, page(title=f"No {r.path}"), HTML)}
        ) as net:
            net.routes["GET /feed"] = self.feed(net)
            article = load(f"{net.base}/feed", http=http(), tell=told.append)
            assert [r.path for r in net.seen("GET /day.*")] == ["/day/9"]
        assert article.title == "No /day/9"
        assert "Day 9" in told[0]

    def test_a_feed_that_leads_to_a_feed_ends(self) -> None:
        with Network({}) as net:
            net.routes["GET /feed"] = self.feed(net, "/feed")
            with pytest.raises(Refused, match="leads to a feed"):
                load(f"{net.base}/feed", http=http())
            assert len(net.seen("GET /feed")) == 2


@pytest.mark.parametrize("allowed", [True, False])
def test_settings_decide_when_no_http_is_given(environment: Environment, allowed: bool) -> None:
    environment(allow_private_hosts=allowed)
    with Network({"GET /post": Reply(200, page(), HTML)}) as net:
        if allowed:
            assert load(f"{net.base}/post").title == "Bread is back"
        else:
            with pytest.raises(Refused, match="private"):
                load(f"{net.base}/post")
