"""A signed webhook (Standard Webhooks specification, 2026-08-17)."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64decode, b64encode
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from socialpipe.errors import PlatformError, Rejected, Unauthorized
from socialpipe.model import Card, Json, Limits, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Field, Identity, PartRequest, Platform


class Webhook(Platform):
    name = "webhook"
    title = "Webhook"
    api_base = "https://"  # the whole address is in `url`
    limits = Limits(
        text=3000,
        unit=Unit.CODEPOINTS,
        source="standard-webhooks: a payload should have less than 20 kB",
        checked="2026-08-17",
        text_bytes=12_000,
        hashtags=5,
        images=4,
        alt=1000,
        card=(1200, 630),
    )
    # The receiver takes webhook-id as idempotency key; the specification ends retries after 3 days.
    recovery = Recovery(key_lifetime=timedelta(hours=24))
    fetches_images = True
    fields = (
        Field("url", "address of the endpoint", secret=True),
        Field("secret", "signing secret, whsec_ and base64", secret=True),
    )

    def judge(self, answer: Answer) -> PlatformError | None:
        if answer.status == 410:
            fix = "Give the channel a new url, then resume it."
            return Unauthorized("The endpoint asks for no more events.", fix, status=410)
        return None

    def check(self) -> Identity:
        """Look at the address and the secret; a test call would be an event."""
        signature(self.account.secrets["secret"], "", 0, b"")
        target = self._target()
        return Identity(urlsplit(target).hostname or "", "webhook endpoint")

    def upload(self, card: Card) -> Json:
        return {"url": self.public_url(card)}

    def publish(self, request: PartRequest) -> Receipt:
        now, number = int(time.time()), f"msg_{request.key}"
        body = json.dumps(_event(request), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": str(now),
            "webhook-signature": signature(self.account.secrets["secret"], number, now, body),
        }
        self.call("POST", self._target(), creates=True, data=body, headers=headers)
        return Receipt(number)

    def _target(self) -> str:
        url = urlsplit(self.account.secrets["url"])
        if not url.hostname:
            raise Rejected("The url of the webhook is malformed.", "Give it with https://.")
        if not self.account.api_base:
            return url.geturl()
        return self.base + url.path + (f"?{url.query}" if url.query else "")


def signature(secret: str, number: str, now: int, body: bytes) -> str:
    """Sign `id.timestamp.body` with HMAC-SHA256 (v1).

    Raises Rejected when the secret is not whsec_ and base64.
    """
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise Rejected("The webhook's secret is not whsec_ and base64.", "Copy it again.")
    signed = f"{number}.{now}.".encode() + body
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def _event(request: PartRequest) -> Json:
    at = request.created_at.astimezone(UTC).isoformat(timespec="milliseconds")
    images = [
        {"url": upload["url"], "alt": card.alt, "width": card.width, "height": card.height}
        for card, upload in zip(request.cards, request.uploads, strict=True)
    ]
    data: Json = {
        "text": request.text,
        "title": request.title,
        "link": request.link,
        "language": request.language,
        "hashtags": list(request.hashtags),
        "images": images,
    }
    return {"type": "post.published", "timestamp": at.replace("+00:00", "Z"), "data": data}
