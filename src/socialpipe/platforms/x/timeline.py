"""Posts as X shows them: links shortened, signs escaped."""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import quote

from socialpipe.model import Metrics, Receipt
from socialpipe.platforms.answer import Answer, dig, link, word
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.readback import Seen, count, moment

FIELDS = "created_at,text,entities,attachments,note_tweet"


def wire_text(request: PartRequest) -> str:
    """Percent-encode the link: X ends a URL at the first letter outside ASCII."""
    if not request.link or request.link.isascii():
        return request.text
    return request.text.replace(request.link, quote(request.link, safe="%/:=&?~#+!$,;'@()*[]"))


def receipt(post_id: str, url: str, text: str | None = None) -> Receipt:
    """Name a post; `url` is a pattern with {id}."""
    return Receipt(post_id, url.replace("{id}", post_id), text=text)


def seen(post: Any, url: str) -> Seen:
    """Read one post of a timeline."""
    long = dig(post, "note_tweet") or post
    text = _expanded(word(long, "text"), dig(long, "entities", "urls"))
    media = count(post, "attachments", "media_keys")
    return Seen(receipt(word(post, "id"), url), text, moment(dig(post, "created_at")), media)


def _expanded(text: str, urls: Any) -> str:
    """Restore the text as written: t.co links unwrapped, those of attached media dropped."""
    for url in urls if isinstance(urls, list) else []:
        written = "" if dig(url, "media_key") else word(url, "expanded_url")
        text = text.replace(link(url, "url") or "\0", written)
    return unescape(text)


def metrics(answer: Answer) -> Metrics:
    """Read the counts of one post."""
    public = ("data", 0, "public_metrics")
    return Metrics(
        views=answer.number(*public, "impression_count"),
        likes=answer.number(*public, "like_count"),
        reposts=answer.number(*public, "retweet_count"),
        quotes=answer.number(*public, "quote_count"),
        replies=answer.number(*public, "reply_count"),
        saves=answer.number(*public, "bookmark_count"),
        clicks=answer.number("data", 0, "non_public_metrics", "url_link_clicks"),
    )
