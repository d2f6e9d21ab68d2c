"""Pages from the web: politely, bounded, and never from a private network unasked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.message import Message
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from socialpipe.errors import (
    NotFound,
    NotSent,
    PlatformError,
    Refused,
    SocialpipeError,
    Throttled,
    TryAgain,
    UsageError,
)
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.http import LARGEST, Http
from socialpipe.settings import load
from socialpipe.sources.found import Found
from socialpipe.sources.robots import Robots
from socialpipe.sources.walls import SAVE

HOPS = 5  # redirects that are followed
PATIENCE = 60.0  # seconds after which no further hop begins
_READ_TIMEOUT = 15.0  # seconds; a page that people read does not take longer
_ACCEPT = "text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9, */*;q=0.5"
_FEEDS = "application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5"
_NAMES = {"text/html": "page.html", "application/xhtml+xml": "page.html", "text/markdown": "a.md"}


def browser() -> Http:
    """Make what fetches pages, by the settings."""
    settings = load()
    return Http(
        connect_timeout=settings.connect_timeout,
        read_timeout=min(settings.read_timeout, _READ_TIMEOUT),
        allow_private_hosts=settings.allow_private_hosts,
    )


class _Moved(PlatformError):
    """The page is elsewhere."""

    def __init__(self, location: str) -> None:
        super().__init__("The page has moved.")
        self.location = location


class _Unchanged(PlatformError):
    """The page is what it was."""


class Web:
    """Fetches pages; knows the robots.txt of the sites that it has met."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._robots = Robots(http)

    def fetch(self, url: str) -> Found:
        """GET a page. Raises UsageError, NotFound, Refused or TryAgain."""
        return _found(*self._reach(url, _ACCEPT))

    def changed(
        self, url: str, etag: str | None, modified: str | None
    ) -> tuple[Found, Answer] | None:
        """GET a feed if it has changed since the look that told `etag` and `modified`.

        Raises like `fetch`.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": modified}
        try:
            answer, url = self._reach(url, _FEEDS, {k: v for k, v in known.items() if v})
        except _Unchanged:
            return None
        return _found(answer, url), answer

    def picture(self, url: str) -> bytes:
        """GET an image file. Raises UsageError, NotFound, Refused or TryAgain."""
        answer, url = self._reach(url, "image/*")
        if len(answer.content) >= LARGEST or not _mime(answer).startswith("image/"):
            raise Refused(f"{urlsplit(url).hostname} has no picture there.", "Choose another.")
        return answer.content

    def _reach(
        self, url: str, accept: str, known: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[Answer, str]:
        """GET. Each hop of a redirect is a call of its own, examined like the first."""
        end = time.monotonic() + PATIENCE
        url = _checked(url)
        for _ in range(HOPS + 1):
            if not self._robots.allow(url):
                raise Refused(
                    f"{urlsplit(url).hostname} does not let programs read this page (robots.txt).",
                    SAVE,
                )
            if time.monotonic() > end:
                raise TryAgain(f"{urlsplit(url).hostname} takes too long.", "Try again later.")
            try:
                return self._get(url, {"Accept": accept, **known}), url
            except _Moved as moved:
                url = _checked(moved.location, url)
        raise Refused(
            f"This address leads on and on: more than {HOPS} redirects.",
            "Open it in a browser, and give the address where that arrives.",
        )

    def _get(self, url: str, headers: Mapping[str, str]) -> Answer:
        try:
            return self._http.call("GET", url, creates=False, judge=_moved, headers=headers)
        except (_Moved, _Unchanged):
            raise
        except PlatformError as error:
            raise _explained(error, urlsplit(url).hostname or "The host") from None


def _checked(url: str, base: str = "") -> str:
    """Return a web address, maybe relative to `base`, without its fragment. Raises UsageError."""
    try:
        parts = urlsplit(urldefrag(urljoin(base, url.strip())).url)
        (parts.hostname or "").encode("idna")
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port or a host name that is none
        sound = False
    if not sound:
        raise UsageError(f"{url!r} is no web address.", "Give one like https://blog.example/post.")
    if parts.username or parts.password:
        raise UsageError(
            "The address holds a user name or a password, which posts would publish.", SAVE
        )
    return parts.geturl()


def _moved(answer: Answer) -> _Moved | _Unchanged | None:
    if answer.status == 304:
        return _Unchanged("It has not changed.")
    location = answer.headers.get("Location")
    return _Moved(location) if location and answer.status in {301, 302, 303, 307, 308} else None


def _explained(error: PlatformError, host: str) -> SocialpipeError:
    """Say of a page what the network's answer means to its reader."""
    if isinstance(error, (NotSent, Throttled)):
        return TryAgain(error.what, "Try again later, or paste the text of the article.")
    if error.status in {404, 410}:
        return NotFound(f"{host} has no such page ({error.status}).", "Check the address.")
    if error.status is None:  # a private network: the fix says how to allow it
        return Refused(error.what, error.fix)
    return Refused(f"{host} does not show this page to everybody ({error.status}).", SAVE)


def _found(answer: Answer, url: str) -> Found:
    if len(answer.content) >= LARGEST:
        raise Refused(
            f"This page is larger than {LARGEST // 1_000_000} MB: no article is.",
            "Give the address of one article, or paste its text.",
        )
    mime = _mime(answer)
    if mime.partition("/")[0] in {"image", "audio", "video", "font"}:
        raise Refused(
            f"This address leads to {mime}, not to an article.", "Give the address of a page."
        )
    name = _NAMES.get(mime) or PurePosixPath(unquote(urlsplit(url).path)).name
    return Found(answer.content, name, url, mime, str(_kind(answer).get_param("charset") or ""))


def _mime(answer: Answer) -> str:
    """Return what the server calls it; "" when it does not say."""
    kind = _kind(answer)
    return kind.get_content_type() if kind["Content-Type"] else ""


def _kind(answer: Answer) -> Message:
    kind = Message()
    kind["Content-Type"] = answer.headers.get("Content-Type", "")
    return kind
