"""The record that is a post, and the key that it gets: both follow from the request alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from socialpipe.model import Json
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.bluesky.facets import facets

POST = "app.bsky.feed.post"
BASE32 = "234567abcdefghijklmnopqrstuvwxyz"


def rkey(request: PartRequest) -> str:
    """Make the record key: a TID (atproto.com/specs/tid), µs since 1970 and 10 bits of the key."""
    micros = (request.created_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    clock = int.from_bytes(sha256(request.key.encode()).digest()[:2]) & 0x3FF
    number = micros << 10 | clock
    return "".join(BASE32[number >> shift & 31] for shift in range(60, -1, -5))


def record(request: PartRequest) -> Json:
    """Write the post; equal requests give equal bytes."""
    created = request.created_at.astimezone(UTC).isoformat(timespec="milliseconds")
    post: Json = {
        "$type": POST,
        "text": request.text,
        "createdAt": created.replace("+00:00", "Z"),
        "facets": facets(request.text, request.link),
        "langs": [] if request.language == "und" else [request.language],
        "embed": _images(request) or _link_card(request),
    }
    if request.parent:
        parent, root = request.parent, request.root or request.parent
        post["reply"] = {"root": dict(root.extra), "parent": dict(parent.extra)}
    return {name: value for name, value in post.items() if value not in (None, [])}


def _images(request: PartRequest) -> Json | None:
    images = [
        {
            "alt": card.alt,
            "image": upload["blob"],
            "aspectRatio": {"width": card.width, "height": card.height},
        }
        for card, upload in zip(request.cards, request.uploads, strict=True)
    ]
    return {"$type": "app.bsky.embed.images", "images": images} if images else None


def _link_card(request: PartRequest) -> Json | None:
    if not request.link or request.link not in request.text:
        return None
    card = {"uri": request.link, "title": request.title or request.link, "description": ""}
    return {"$type": "app.bsky.embed.external", "external": card}
