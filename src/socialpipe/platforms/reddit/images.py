"""Handing images to Reddit: a lease on a place in its store, then the bytes (PRAW 8.0.3)."""

from __future__ import annotations

from urllib.parse import urlsplit

from socialpipe.model import Card, Json
from socialpipe.platforms.answer import word
from socialpipe.platforms.base import PartRequest, Platform, attachment

CAPTION = 180  # characters


def upload(reddit: Platform, card: Card) -> Json:
    """Hand over an image; nobody sees it until a post names it."""
    name = attachment(card)[0]
    wanted = {"filepath": name, "mimetype": card.mime}
    lease = reddit.call("POST", "/api/media/asset.json", data=wanted)
    fields = {word(one, "name"): word(one, "value") for one in lease.items("args", "fields")}
    place, asset = lease.id("args", "action"), lease.id("asset", "asset_id")
    target = place if "://" in place else f"{urlsplit(reddit.base).scheme}:{place}"
    reddit.http.post(target, creates=False, data=fields, files={"file": attachment(card)})
    return {"asset": asset, "url": f"{target}/{fields.get('key', '')}"}


def items(request: PartRequest) -> list[Json]:
    """List the images of a gallery; a caption stands in for the alt text that it has not."""
    return [
        {"media_id": upload["asset"], "caption": card.alt[:CAPTION]}
        | {"outbound_url": request.link or ""}
        for card, upload in zip(request.cards, request.uploads, strict=True)
    ]
