"""Mastodon and servers that speak its API (docs.joinmastodon.org, 2026-07-02)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from socialpipe.errors import NotSent, PlatformError
from socialpipe.model import Card, Json, Limits, Rate, Receipt, Recovery, Scope, Unit
from socialpipe.platforms.answer import Answer, dig, link, word
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.poll import wait_for
from socialpipe.platforms.readback import Seen, count, moment, newest_match, plain


class Mastodon(Platform):
    name = "mastodon"
    title = "Mastodon"
    api_base = ""  # every account lives on an instance
    limits = Limits(
        text=500,  # max_characters; an instance may allow more
        unit=Unit.GRAPHEMES,
        source="docs.joinmastodon.org entities/Instance and server validators",
        checked="2026-07-02",
        link=23,  # characters_reserved_per_url
        images=4,  # max_media_attachments
        image_bytes=16_777_216,  # image_size_limit
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt=1500,  # description_limit
        card=(1200, 675),
        hashtags=4,
        warning=100,  # spoiler_text has no limit but that of the text; one line is read
    )
    # The key is kept 1 h; compatible servers may ignore it, so the keeper looks first.
    # 300 in 5 min a token (Mastodon rack_attack; documentation, 2026-07-02)
    rates = (Rate(Scope.CHANNEL, 300, timedelta(minutes=5)),)
    recovery = Recovery(key_lifetime=timedelta(minutes=50), read_back=True)
    fields = (
        Field("token", "access token with read, write:statuses and write:media", secret=True),
        Field("visibility", "public, unlisted, private or direct (public)", required=False),
    )

    def judge(self, answer: Answer) -> PlatformError | None:
        # 422 "Cannot attach files that have not finished processing": later it works.
        if answer.status == 422 and "finished processing" in answer.word("error"):
            return NotSent("The image is still being processed.", status=422)
        return None

    def check(self) -> Identity:
        me = self.call("GET", "/api/v1/accounts/verify_credentials")
        return Identity(me.id("id"), me.word("acct"), me.link("url"))

    def own_limits(self) -> Limits:
        told = self.call("GET", "/api/v2/instance").get("configuration")
        numbers = {name: dig(told, *path) for name, path in _TOLD.items()}
        known: Json = {name: n for name, n in numbers.items() if type(n) is int and n > 0}
        return replace(self.limits, **known)

    def upload(self, card: Card) -> Json:
        answer = self.call(
            "POST",
            "/api/v2/media",
            files={"file": attachment(card)},
            data={"description": card.alt},
        )
        media = answer.id("id")
        if answer.status != 200:  # 202, then 206: still processing
            wait_for(lambda: self.call("GET", f"/api/v1/media/{media}").status == 200)
        return {"id": media}

    def publish(self, request: PartRequest) -> Receipt:
        status: Json = {
            "status": request.text,
            "visibility": self.setting("visibility", "public"),
            "media_ids": [upload["id"] for upload in request.uploads],
        }
        if request.language != "und":
            status["language"] = request.language.partition("-")[0]  # ISO 639-1
        if request.warning:
            status["spoiler_text"] = request.warning
        if request.parent:
            status["in_reply_to_id"] = request.parent.id
        key = {"Idempotency-Key": request.key}
        answer = self.call("POST", "/api/v1/statuses", creates=True, headers=key, json=status)
        return Receipt(answer.id("id"), answer.link("url"))

    def find(self, request: PartRequest) -> Receipt | None:
        newest = {"limit": "40", "exclude_reblogs": "true"}
        path = f"/api/v1/accounts/{self.check().id}/statuses"
        statuses = self.call("GET", path, params=newest).items()
        sent = _local_mentions(request.text)
        return newest_match(request, map(_seen, statuses), sent=sent)


# Where an instance tells its own limits (docs.joinmastodon.org entities/Instance, 2026-07-02).
_TOLD = {
    "text": ("statuses", "max_characters"),
    "link": ("statuses", "characters_reserved_per_url"),
    "images": ("statuses", "max_media_attachments"),
    "image_bytes": ("media_attachments", "image_size_limit"),
    "alt": ("media_attachments", "description_limit"),
}


def _seen(status: Any) -> Seen:
    text = _local_mentions(plain(word(status, "content")))
    receipt = Receipt(word(status, "id"), link(status, "url"))
    return Seen(
        receipt, text, moment(dig(status, "created_at")), count(status, "media_attachments")
    )


def _local_mentions(text: str) -> str:
    """Shorten `@user@host` to `@user`, as the server shows it."""
    return re.sub(r"(@\w+)@[\w.-]+", r"\1", text)
