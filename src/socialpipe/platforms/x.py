"""X, API v2 (docs.x.com, 2026-08-22; OpenAPI 2.167)."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

from socialpipe.errors import Duplicate, NotSent, PlatformError, Rejected, Unauthorized
from socialpipe.model import Card, Json, Limits, Rate, Receipt, Recovery, Scope, Unit
from socialpipe.platforms.answer import RENEW, Answer, dig, link, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.readback import SLACK, Seen, count, moment, newest_match


class X(Platform):
    name = "x"
    title = "X"
    api_base = "https://api.x.com"
    limits = Limits(
        text=280,  # maxWeightedTweetLength
        unit=Unit.WEIGHTED,
        source="twitter-text configuration v3; docs.x.com media best practices",
        checked="2026-08-22",
        link=23,  # transformedURLLength
        hashtags=2,
        images=4,
        image_bytes=5_000_000,  # "image size <= 5 MB"
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt=1000,  # metadata.alt_text.text
        card=(1200, 675),
    )
    # POST /2/tweets: 100 in 15 min a user, 10,000 a day an app (docs.x.com rate limits, 2026-08-22)
    rates = (
        Rate(Scope.CHANNEL, 100, timedelta(minutes=15)),
        Rate(Scope.APP, 10_000, timedelta(days=1)),
    )
    recovery = Recovery(read_back=True)
    fields = (Field("token", "OAuth 2.0 user token: tweet.write media.write", secret=True),)

    def judge(self, answer: Answer) -> PlatformError | None:
        said = f"{answer.get('type')} {answer.get('detail')}"
        if answer.status == 402 or (answer.status == 429 and "usage-capped" in said):
            fix = "Buy credits or raise the spending limit in the X developer portal, then resume."
            return Rejected("X says that the API credits are used up.", fix, status=answer.status)
        if answer.status != 403:
            return None
        if "duplicate content" in said:
            return Duplicate("X says that it has a post with this text already.", status=403)
        if "deleted or not visible" in said:  # the parent has not spread to every replica yet
            return NotSent("X does not see the previous part of the thread yet.", status=403)
        if "unsupported-authentication" in said:
            return Unauthorized("X does not take this kind of token here.", RENEW, status=403)
        return None

    def check(self) -> Identity:
        me = self.call("GET", "/2/users/me")
        name = me.word("data", "username")
        return Identity(me.id("data", "id"), name, f"https://x.com/{name}")

    def upload(self, card: Card) -> Json:
        answer = self.call(
            "POST",
            "/2/media/upload",
            files={"media": attachment(card)},
            data={"media_category": "tweet_image"},
        )
        media = answer.id("data", "id")
        if card.alt:
            alt = {"id": media, "metadata": {"alt_text": {"text": card.alt}}}
            self.call("POST", "/2/media/metadata", json=alt)
        return {"id": media}

    def publish(self, request: PartRequest) -> Receipt:
        post: Json = {"text": _wire_text(request)}
        if request.uploads:
            post["media"] = {"media_ids": [upload["id"] for upload in request.uploads]}
        if request.parent:
            post["reply"] = {"in_reply_to_tweet_id": request.parent.id}
        answer = self.call("POST", "/2/tweets", creates=True, json=post)
        return _receipt(answer.id("data", "id"))

    def find(self, request: PartRequest) -> Receipt | None:
        answer = self.call(
            "GET",
            f"/2/users/{self.check().id}/tweets",
            params={
                "max_results": "100",
                "exclude": "retweets",
                "start_time": (request.created_at - SLACK).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "tweet.fields": "created_at,text,entities,attachments,note_tweet",
            },
        )
        posts = answer.items("data") if answer.get("data") else []  # absent when there is none
        return newest_match(request, map(_seen, posts), sent=_wire_text(request))


def _wire_text(request: PartRequest) -> str:
    """Percent-encode the link: X ends a URL at the first letter outside ASCII."""
    if not request.link or request.link.isascii():
        return request.text
    return request.text.replace(request.link, quote(request.link, safe="%/:=&?~#+!$,;'@()*[]"))


def _receipt(post_id: str) -> Receipt:
    return Receipt(post_id, f"https://x.com/i/web/status/{post_id}")


def _seen(post: Any) -> Seen:
    long = dig(post, "note_tweet") or post
    text = _expanded(word(long, "text"), dig(long, "entities", "urls"))
    media = count(post, "attachments", "media_keys")
    return Seen(_receipt(word(post, "id")), text, moment(dig(post, "created_at")), media)


def _expanded(text: str, urls: Any) -> str:
    """Restore the text as written: t.co links unwrapped, those of attached media dropped."""
    for url in urls if isinstance(urls, list) else []:
        written = "" if dig(url, "media_key") else word(url, "expanded_url")
        text = text.replace(link(url, "url") or "\0", written)
    return unescape(text)
