"""Rows to nouns and back."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from socialpipe.model import (
    Article,
    Attempt,
    Card,
    Channel,
    Delivery,
    Event,
    Json,
    OnMiss,
    Part,
    Post,
    PostKind,
    Receipt,
    State,
    Unit,
)
from socialpipe.store.schema import campaign, channel, delivery

_ARTICLE = TypeAdapter(Article)

DELIVERIES = (
    sa.select(
        delivery,
        channel.c.name.label("channel"),
        channel.c.platform,
        channel.c.paused,
        campaign.c.title,
    )
    .join(channel, delivery.c.channel_id == channel.c.id)
    .join(campaign, delivery.c.campaign_id == campaign.c.id)
)


def to_channel(row: sa.RowMapping | Mapping[str, Any]) -> Channel:
    """Build a Channel; the secrets stay behind."""
    return Channel(
        id=row["id"],
        name=row["name"],
        platform=row["platform"],
        api_base=row["api_base"],
        settings=row["settings"],
        timezone=row["timezone"],
        paused=row["paused"],
        pause_reason=row["pause_reason"],
        limits=row["limits"] or {},
        limits_at=row["limits_at"],
    )


def to_delivery(row: sa.RowMapping) -> Delivery:
    """Build a Delivery from a row of `DELIVERIES`."""
    same = (
        "id",
        "campaign_id",
        "channel_id",
        "channel",
        "platform",
        "title",
        "due_at",
        "wanted_at",
        "local_due",
        "tz",
        "in_slot",
        "not_before",
        "expires_at",
        "recurrence_id",
        "attempt",
        "max_attempts",
        "fence",
        "key",
        "reason",
        "lease_until",
        "frozen_at",
        "look_at",
        "misses",
        "approved",
        "needs_review",
        "published_at",
        "deleted_at",
    )
    return Delivery(
        **{name: row[name] for name in same},
        state=State(row["state"]),
        warnings=tuple(row["warnings"] or ()),
        on_miss=OnMiss(row["on_miss"]),
        grace=timedelta(milliseconds=row["grace_ms"]),
        receipt=to_receipt(row["receipt"]),
        channel_paused=row["paused"],
    )


def to_event(row: sa.RowMapping) -> Event:
    """Build an Event."""
    before = row["from_state"]
    return Event(
        at=row["at"],
        from_state=State(before) if before else None,
        to_state=State(row["to_state"]),
        actor=row["actor"],
        text=row["text"],
    )


def to_attempt(n: int, row: sa.RowMapping) -> Attempt:
    """Build the n-th Attempt of a delivery, counted from 1."""
    return Attempt(
        n=n,
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        detail=row["detail"],
    )


def to_receipt(value: Mapping[str, Any] | None) -> Receipt | None:
    """Build a Receipt from its JSON."""
    return None if value is None else Receipt(value["id"], value["url"], dict(value["extra"]))


def from_receipt(receipt: Receipt) -> Json:
    """Turn a Receipt into JSON."""
    return {"id": receipt.id, "url": receipt.url, "extra": dict(receipt.extra)}


def to_article(value: Json) -> Article:
    """Build an Article from its JSON."""
    return _ARTICLE.validate_python(value)


def from_article(article: Article) -> Json:
    """Turn an Article into JSON."""
    value: Json = _ARTICLE.dump_python(article, mode="json")
    return value


def digest_of(data: bytes) -> str:
    """Name an image by its bytes."""
    return hashlib.sha256(data).hexdigest()


def fingerprint(post: Post) -> str:
    """Name what a reader sees: two posts with the same one are twins."""
    return fingerprint_of(from_post(post))


def fingerprint_of(body: Json) -> str:
    """Name what a reader sees of a post that is JSON."""
    texts = [" ".join(unicodedata.normalize("NFC", part[0]).split()) for part in body["parts"]]
    seen = [*texts, *(card["sha256"] for card in body["cards"])]
    return digest_of("\0".join(seen).encode())


def from_post(post: Post) -> Json:
    """Turn a Post into JSON that names its images by hash."""
    return {
        "platform": post.platform,
        "kind": post.kind,
        "parts": [[part.text, part.length, part.limit, part.unit] for part in post.parts],
        "language": post.language,
        "title": post.title,
        "link": post.link,
        "hashtags": list(post.hashtags),
        "warning": post.warning,
        "first_comment": post.first_comment,
        "cards": [
            {
                "sha256": digest_of(card.data),
                "width": card.width,
                "height": card.height,
                "alt": card.alt,
                "mime": card.mime,
                "missing_glyphs": card.missing_glyphs,
                "template": card.template,
                "theme": card.theme,
                "reason": card.reason,
            }
            for card in post.cards
        ],
    }


def to_post(body: Json, load: Callable[[str], bytes]) -> Post:
    """Build a Post; `load` gives an image's bytes for its hash."""
    cards = [dict(card) for card in body["cards"]]
    return Post(
        platform=body["platform"],
        kind=PostKind(body["kind"]),
        parts=tuple(Part(text, n, limit, Unit(unit)) for text, n, limit, unit in body["parts"]),
        language=body["language"],
        title=body["title"],
        link=body["link"],
        hashtags=tuple(body["hashtags"]),
        warning=body.get("warning"),
        first_comment=body.get("first_comment"),
        cards=tuple(Card(data=load(card.pop("sha256")), **card) for card in cards),
    )
