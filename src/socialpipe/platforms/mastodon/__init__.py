"""Mastodon and servers that speak its API (docs.joinmastodon.org, 2026-07-02)."""

from __future__ import annotations

from datetime import timedelta

from socialpipe.errors import NotSent, PlatformError
from socialpipe.model import Card, Json, Limits, Metrics, Rate, Receipt, Recovery, Scope, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Account, Field, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.lookback import by_last, look_back
from socialpipe.platforms.mastodon import instance, statuses
from socialpipe.platforms.oauth import facts
from socialpipe.platforms.poll import wait_for


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
        hashtags=1,  # the topic: it is read aloud, and found by those who follow it
        warning=100,  # spoiler_text has no limit but that of the text; one line is read
    )
    # 300 in 5 min a token (Mastodon rack_attack; documentation, 2026-07-02)
    rates = (Rate(Scope.CHANNEL, 300, timedelta(minutes=5)),)
    # Mastodon keeps the key for 1 h; servers that only speak its API may ignore it.
    recovery = Recovery(key_lifetime=timedelta(minutes=50), read_back=True)
    fields = (
        Field("token", "access token with read, write:statuses and write:media", secret=True),
        Field("visibility", "public, unlisted, private or direct (public)", required=False),
        Field(
            "replies", "visibility of the further parts of a thread (as the first)", False, False
        ),
        Field("keys", "no: the server ignores Idempotency-Key (as it tells)", required=False),
    )
    oauth = facts.MASTODON

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        known = account.session.load() or {}
        if self.setting("keys", known.get("keys", "yes")) == "no":
            self.recovery = Recovery(read_back=True)

    def granted(self) -> tuple[str, ...] | None:
        """Ask which scopes the token's app has (since 4.3; older servers do not tell)."""
        told = self.call("GET", "/api/v1/apps/verify_credentials").get("scopes")
        return tuple(map(str, told)) if isinstance(told, list) else None

    def judge(self, answer: Answer) -> PlatformError | None:
        # 422 "Cannot attach files that have not finished processing": later it works.
        if answer.status == 422 and "finished processing" in answer.word("error"):
            return NotSent("The image is still being processed.", status=422)
        return None

    def check(self) -> Identity:
        me = self.call("GET", "/api/v1/accounts/verify_credentials")
        return Identity(me.id("id"), me.word("acct"), me.link("url"))

    def own_limits(self) -> Limits:
        told = self.call("GET", "/api/v2/instance")
        keys = "yes" if instance.honours_keys(told) else "no"
        if keys != (self.account.session.load() or {}).get("keys"):
            self.account.session.save({"keys": keys})
        return instance.limits(told, self.limits)

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
        visibility = self.setting("visibility", "public")
        if request.parent:
            visibility = self.setting("replies", visibility)
        key, status = {"Idempotency-Key": request.key}, statuses.form(request, visibility)
        answer = self.call("POST", "/api/v1/statuses", creates=True, headers=key, json=status)
        answer.id("id")
        return statuses.receipt(answer.json)

    def wire_text(self, request: PartRequest) -> str:
        return statuses.local_mentions(request.text)

    def find(self, request: PartRequest) -> Receipt | None:
        newest = {"limit": "40", "exclude_reblogs": "true"}
        path = f"/api/v1/accounts/{self.check().id}/statuses"
        return look_back(
            request,
            lambda more: self.call("GET", path, params=newest | more),
            lambda page: map(statuses.seen, page.items()),
            by_last("max_id"),
            sent=self.wire_text(request),
        )

    def delete(self, receipt: Receipt) -> None:
        self.remove("DELETE", f"/api/v1/statuses/{receipt.id}?delete_media=true")

    def metrics(self, receipt: Receipt) -> Metrics:
        return statuses.metrics(self.call("GET", f"/api/v1/statuses/{receipt.id}"))
