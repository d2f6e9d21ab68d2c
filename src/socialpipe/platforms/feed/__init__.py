"""Feeds: RSS 2.0, Atom and JSON Feed 1.1, written as files for any web server."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from socialpipe.errors import NotSent, Rejected
from socialpipe.model import Card, Json, Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import dig, parse
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform
from socialpipe.platforms.feed.formats import atom, rss
from socialpipe.platforms.feed.items import item_id, item_of, write

NEWEST = 50  # items that a feed shows


class Feed(Platform):
    name = "feed"
    title = "Feed"
    api_base = "https://"  # the public address is in `url`
    limits = Limits(
        text=100_000,  # a feed has no limit
        unit=Unit.CODEPOINTS,
        source="jsonfeed.org 1.1, RSS 2.0, RFC 4287",
        checked="2026-11-23",
        thread=False,
        link_field=True,
        hashtags=8,  # as categories
        images=4,
        alt=1000,
        card=(1200, 630),
    )
    recovery = Recovery(key_lifetime=timedelta(days=36_500), read_back=True)  # the item's id
    fields = (
        Field("directory", "where the files go; a web server shows it at `url`"),
        Field("url", "public address of that directory"),
        Field("title", "what the feed is called"),
    )

    def check(self) -> Identity:
        with self._locked():
            url = self._url("feed.json")
        return Identity(url, self.account.settings["title"], url)

    def upload(self, card: Card) -> Json:
        name = f"{sha256(card.data).hexdigest()[:32]}.{card.mime.rpartition('/')[2]}"
        with self._locked():
            write(self._directory() / name, card.data)
        return {"url": self._url(name), "bytes": len(card.data)}

    def publish(self, request: PartRequest) -> Receipt:
        with self._locked():
            items = self._items()
            if all(item.get("id") != item_id(request) for item in items):
                self._write([item_of(request), *items][:NEWEST])
        return self._receipt(request)

    def find(self, request: PartRequest) -> Receipt | None:
        with self._locked():
            known = any(item.get("id") == item_id(request) for item in self._items())
        return self._receipt(request) if known else None

    def _receipt(self, request: PartRequest) -> Receipt:
        return Receipt(item_id(request), request.link or self._url("feed.json"))

    def _write(self, items: list[Json]) -> None:
        """Write the other formats first: feed.json is the truth, and so the last to change."""
        feed: Json = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.account.settings["title"],
            "home_page_url": self._url(""),
            "feed_url": self._url("feed.json"),
            "items": items,
        }
        for name, data in self._files(feed).items():
            write(self._directory() / name, data)

    def _files(self, feed: Json) -> dict[str, bytes]:
        try:
            return {
                "rss.xml": rss(feed, self._url("rss.xml")),
                "atom.xml": atom(feed, self._url("atom.xml")),
                "feed.json": json.dumps(feed, ensure_ascii=False, indent=1).encode(),
            }
        except (AttributeError, KeyError, TypeError, ValueError):  # somebody else's items
            raise self._foreign() from None

    def _items(self) -> list[Json]:
        file = self._directory() / "feed.json"
        items = dig(parse(file.read_bytes()), "items") if file.exists() else []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise self._foreign()
        return items

    def _foreign(self) -> Rejected:
        file = self._directory() / "feed.json"
        return Rejected(f"{file} is no feed of ours.", "Move it away, then retry.")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time. Raises NotSent where the directory cannot be written."""
        try:
            self._directory().mkdir(parents=True, exist_ok=True)
            with (self._directory() / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise NotSent(f"The feed cannot be written: {error.strerror}.") from error

    def _directory(self) -> Path:
        return Path(self.account.settings["directory"]).expanduser()

    def _url(self, name: str) -> str:
        return f"{self.account.settings['url'].rstrip('/')}/{name}"
