"""Where networks fetch our images: from our own web role, or from a bucket.

Some networks take no bytes, only an address. Some of them copy the image at once (Meta); others
show it from that address for as long as the post stands (Blogger, LINE, Nostr …), and then the
address may not expire.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from socialpipe.hosting.signed import Signed
from socialpipe.model import Card
from socialpipe.settings import Settings
from socialpipe.store import Store

MISSING = (
    "Set SOCIALPIPE_PUBLIC_MEDIA_BASE_URL to the address at which the web role can be reached from "
    "outside, or SOCIALPIPE_S3_BUCKET and what goes with it."
)


class Host(Protocol):
    """A place where networks can fetch images."""

    def url(self, card: Card, since: datetime, *, lasting: bool) -> str:
        """Say where a card can be fetched; `lasting`: for as long as the post stands.

        `since` is when the delivery was frozen: every try of it gets the same address, as long as
        that is good. Raises Rejected, NotSent.
        """
        ...


def gap(settings: Settings, *, lasting: bool) -> tuple[str, str] | None:
    """Say why a network cannot fetch images, and what to do; None: it can.

    `lasting`: it shows them from their address for as long as the post stands.
    """
    if not is_set_up(settings):
        return "fetches images from a public address, and there is none.", MISSING
    if lasting and settings.s3_bucket is not None and settings.s3_public_url is None:
        return (
            "shows images from their address for good, and presigned ones end.",
            "Set SOCIALPIPE_S3_PUBLIC_URL to where anybody can read the bucket's objects.",
        )
    return None


def is_set_up(settings: Settings) -> bool:
    """Whether networks can fetch images from here."""
    return settings.public_media_base_url is not None or settings.s3_bucket is not None


def host_of(settings: Settings, store: Store) -> Host | None:
    """Open the place that the settings name; a bucket goes before our own web role."""
    if settings.s3_bucket is not None:
        from socialpipe.hosting.bucket import open_bucket

        return open_bucket(settings)
    if settings.public_media_base_url is not None:
        return Signed(settings, store)
    return None
