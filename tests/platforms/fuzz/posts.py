"""Whether what is composed keeps the limits of a network, measured where it goes over the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import lru_cache
from types import SimpleNamespace
from typing import Any
from unicodedata import is_normalized
from unittest import mock

from benchmarks.text_fit import LINK, SCRIPTS, Writer
from tests.platforms.case import CARD, Memory, adapter, case_of, http, part, publish_on
from tests.platforms.fuzz.canned import HOST, Canned
from tests.platforms.fuzz.measures import WIRE
from tests.platforms.network import Request
from tests.servers.recorded import said

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest, Post, Receipt
from socialpipe.platforms import registry
from socialpipe.platforms.base import Account, PartRequest
from socialpipe.platforms.email import Email
from socialpipe.platforms.feed.formats import atom, rss
from socialpipe.platforms.feed.items import item_of
from socialpipe.platforms.nostr.event import note
from socialpipe.text.compose import compose
from socialpipe.text.digest import digest

PARENT = {"uri": "at://did:plc:x/app.bsky.feed.post/3n2wt5ad222mo", "cid": "bafy"}
RECEIPT = Receipt("a" * 64, None, PARENT)
NEEDED = {"instagram": (CARD,), "pinterest": (CARD,)}  # there is no part without an image


@lru_cache(1)
def written(seed: int) -> tuple[Article, Digest]:
    """Write an article of nonsense in one of fifteen scripts."""
    script = list(SCRIPTS)[seed % len(SCRIPTS)]
    writer = Writer(script, seed)
    text = writer.text(writer.dice.choice((1, 5, 40, 120, 300)))
    title = writer.text(writer.dice.choice((1, 6, 30)))
    article = Article(title=title, text=text, language=writer.language)
    return article, digest(article)


def composed(name: str, seed: int) -> Post | None:
    """Make the post of one platform; None where there is nothing to say."""
    article, essence = written(seed)
    platform = name.partition("-")[0]
    limits = registry.load(platform).limits
    try:
        return compose(article, essence, platform, limits, link=LINK, with_image=limits.images > 0)
    except Refused:
        return None


def requested(name: str, post: Post) -> Iterator[PartRequest]:
    """Ask for the parts of a post, as the engine does; the first one has the card."""
    pictured = registry.load(name.partition("-")[0]).limits.images > 0
    for n, one in enumerate(post.parts):
        before = RECEIPT if n else None
        yield part(
            text=one.text,
            language=post.language,
            cards=(CARD,) if pictured and n == 0 else NEEDED.get(name, ()),
            link=post.link,
            title=post.title,
            hashtags=post.hashtags,
            root=before,
            parent=before,
        )


def sent(name: str, seed: int) -> Iterator[list[Any]]:
    """Publish a generated post; yield what the requests of each part say."""
    post = composed(name, seed)
    for request in requested(name, post) if post else ():
        client = Canned(case_of(name).routes)
        publish_on(adapter(name, HOST, client), request)
        yield [body for one in client.requests if (body := read(one)) is not None]


def elsewhere(name: str, seed: int) -> Iterator[list[Any]]:
    """Yield what networks without HTTP get for each part of a generated post."""
    post = composed(name, seed)
    for request in requested(name, post) if post else ():
        yield [OTHERS[name](replace(request, uploads=({"url": LINK, "bytes": 1},)))]


def newsletter(request: PartRequest) -> Any:
    mailed: list[bytes] = []
    server = SimpleNamespace(hand_over=lambda _sender, _to, message: mailed.append(message))
    settings = {"to": "list@blog.example", "sender": "blog@blog.example"}
    account = Account("fuzz", settings, {}, http(), Memory(), "smtp://mail.example")
    opened = mock.Mock(return_value=nullcontext(server))
    with mock.patch("socialpipe.platforms.email.mailbox", opened):
        Email(account).publish(request)
    return {"message": mailed[0]}


def event(request: PartRequest) -> Any:
    """Write the note; its signature is slow, and always as long."""
    where = "socialpipe.platforms.nostr.event"
    key, sign = mock.Mock(return_value=bytes(32)), mock.Mock(return_value=bytes(64))
    with mock.patch(f"{where}.public_key", key), mock.patch(f"{where}.sign", sign):
        return note(bytes(32), request, [LINK for _ in request.cards])


def entry(request: PartRequest) -> Any:
    cards = request.cards
    item = item_of(replace(request, uploads=request.uploads[: len(cards)]))
    feed = {"title": "가", "home_page_url": LINK, "feed_url": LINK, "items": [item]}
    return {"item": item, "rss": rss(feed, LINK), "atom": atom(feed, LINK)}


OTHERS: dict[str, Callable[[PartRequest], Any]] = {
    "assisted": lambda request: {"assisted": request.text},
    "email": newsletter,
    "feed": entry,
    "nostr": event,
}


def read(request: Request) -> Any:
    return said(request.headers.get("Content-Type", ""), request.body)


def excess(name: str, seed: int) -> Iterator[str]:
    """Yield what of a generated post is more than the network takes."""
    for bodies in (elsewhere if name in OTHERS else sent)(name, seed):
        measured = [found for body in bodies for found in measures(name, body)]
        if any(not is_normalized("NFC", text) for text in strings(bodies)):
            yield f"{name} {seed}: a text is not in NFC"
        if not measured:
            yield f"{name} {seed}: nothing was measured"
        for what, much, most in measured:
            if much > most:
                yield f"{name} {seed}: {what} is {much}, of {most}"


def strings(value: Any) -> Iterator[str]:
    """Collect the texts of parsed bodies."""
    if isinstance(value, str):
        yield value
    inside = value.values() if isinstance(value, dict) else value
    for one in inside if isinstance(value, dict | list) else ():
        yield from strings(one)


def measures(name: str, body: Any) -> list[tuple[str, int, int]]:
    try:
        return list(WIRE[name](body))
    except (KeyError, TypeError):
        return []
