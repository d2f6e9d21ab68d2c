"""A site with a feed, on loopback: it can reorder, edit, break and count what it is asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_BODY = (
    "<p>The harbour of Wexford has opened its new pier number {n}. It carries 40 boats and took "
    "three years to build. Fishers say that the old pier had become too small for them, and that "
    "the new one lets them land their catch at low tide. The town expects 12,000 visitors a year."
    "</p><p>The pier was paid for by the county. It is open from six in the morning to ten at "
    "night, and walking on it costs nothing. A café opens in May.</p>"
)


@dataclass
class Item:
    """An entry; `teaser` has its text on a page only."""

    n: int
    guid: str = ""
    title: str = ""
    day: int | None = None
    teaser: bool = False
    link: str | None = None


@dataclass
class Site:
    """What the site answers now, and what it was asked."""

    items: list[Item] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    unchanged: int = 0  # times that it said 304
    status: int = 200
    missing: set[int] = field(default_factory=set)
    base: str = ""

    @property
    def url(self) -> str:
        return f"{self.base}/feed.xml"

    def page(self, item: Item) -> str:
        return item.link or f"{self.base}/posts/{item.n}"

    def feed(self) -> bytes:
        body = "".join(self._entry(item) for item in self.items)
        return f"<rss version='2.0'><channel><title>Pier</title>{body}</channel></rss>".encode()

    def _entry(self, item: Item) -> str:
        date = format_datetime(_BEGIN + timedelta(days=item.n if item.day is None else item.day))
        text = "A pier." if item.teaser else _BODY.format(n=item.n)
        return (
            f"<item><guid>{item.guid or f'id-{item.n}'}</guid><pubDate>{date}</pubDate>"
            f"<title>{item.title or f'Pier {item.n} opens'}</title><link>{self.page(item)}</link>"
            f"<description><![CDATA[{text}]]></description></item>"
        )

    def answer(self, path: str, etag: str | None) -> tuple[int, str, bytes]:
        """Return status, kind and body."""
        self.asked.append(path)
        if path == "/robots.txt":
            return 404, "text/plain", b""
        if self.status != 200:
            return self.status, "text/plain", b"no"
        if path == "/feed.xml":
            if etag == self.etag():
                self.unchanged += 1
                return 304, "application/rss+xml", b""
            return 200, "application/rss+xml", self.feed()
        if path == "/":
            link = (
                "<link rel='alternate' type='text/html' href='/ko'>"
                "<link rel='help' type='application/rss+xml' href='/help'>"
                "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>"
            )
            return 200, "text/html", f"<html><head>{link}</head><body>Home</body></html>".encode()
        n = int(path.rpartition("/")[2])
        if n in self.missing:
            return 404, "text/plain", b"not yet"
        head = f"<html><head><title>Pier {n} opens</title></head><body><article>"
        text = f"{head}<h1>Pier {n} opens</h1>{_BODY.format(n=n)}</article></body></html>"
        return 200, "text/html", text.encode()

    def etag(self) -> str:
        return json.dumps(str(hash(self.feed())))


@contextmanager
def site() -> Iterator[Site]:
    """Serve a site for the time of a test."""
    state = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = state.answer(self.path, self.headers.get("If-None-Match"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", state.etag())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
