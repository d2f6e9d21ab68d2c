"""Posts as X shows them: links shortened, signs escaped."""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import quote

from socialpipe.errors import PlatformError
from socialpipe.model import Metrics, Receipt
from socialpipe.platforms.answer import Answer, dig, link, word
from socialpipe.platforms.base import Gone, PartRequest, Platform
from socialpipe.platforms.readback import SLACK, Seen, count, moment

PRIVATE = ("public_metrics,non_public_metrics", "public_metrics")  # the former for 30 days only
FIELDS = "created_at,text,entities,attachments,note_tweet"


def wire_text(request: PartRequest) -> str:
    """Percent-encode the link: X ends a URL at the first letter outside ASCII."""
    if not request.link or request.link.isascii():
        return request.text
    return request.text.replace(request.link, quote(request.link, safe="%/:=&?~#+!$,;'@()*[]"))


def receipt(post_id: str, url: str, text: str | None = None) -> Receipt:
    """Name a post; `url` is a pattern with {id}."""
    return Receipt(post_id, url.replace("{id}", post_id), text=text)


def whole(x: Platform, post_id: str) -> str:
    """Ask what a long post shows: it is cut where `note_tweet` is not asked for."""
    try:
        post = x.call("GET", f"/2/tweets/{post_id}", params={"tweet.fields": FIELDS})
    except PlatformError:  # the post is out: no reason to doubt it
        return ""
    return seen(post.get("data"), "").text


def newest(request: PartRequest) -> dict[str, str]:
    """Ask for the newest posts, back to when a part was made."""
    return {
        "max_results": "100",
        "exclude": "retweets",
        "start_time": (request.created_at - SLACK).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tweet.fields": FIELDS,
    }


def posts(page: Answer, url: str) -> list[Seen]:
    """Read a page of a timeline; it has no list when it is empty."""
    return [seen(post, url) for post in (page.items("data") if page.get("data") else [])]


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


def metrics(x: Platform, post_id: str) -> Metrics:
    """Ask for the counts of one post, its author's too where X still tells them."""
    for wanted in PRIVATE:
        where = {"ids": post_id, "tweet.fields": wanted}
        answer = x.call("GET", "/2/tweets", params=where)
        if answer.get("data", 0, "public_metrics"):
            return _counts(answer)
    raise Gone("X does not show this post any more.")


def _counts(answer: Answer) -> Metrics:
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
