"""What one channel takes: its network's limits, its server's own, and what its settings say.

The settings are for what no network promises: numbers that are documented nowhere, or that only
some accounts or servers have.
"""

from __future__ import annotations

from dataclasses import fields, replace

from socialpipe.errors import Rejected
from socialpipe.model import Channel, Json, Limits, Post
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform
from socialpipe.text.count import problems

ADJUSTABLE = {  # setting of a channel → field of Limits
    "max_text": "text",
    "max_images": "images",
    "max_image_bytes": "image_bytes",
    "max_alt": "alt",
    "max_hashtags": "hashtags",
    "max_mentions": "mentions_most",
    "max_links": "links_most",
    "max_warning": "warning",
}


def limits_of(channel: Channel) -> Limits:
    """Return what a channel takes: settings outrule its server, which outrules the network."""
    usual = registry.load(channel.platform).limits_with(channel.settings)
    known: Json = dict(channel.limits)
    for key, name in ADJUSTABLE.items():
        if channel.settings.get(key):
            known[name] = int(channel.settings[key])
    return replace(usual, **known)


def must_fit(post: Post, channel: Channel) -> None:
    """Compare a post with the limits of today: they may have changed since it was composed.

    Raises Rejected.
    """
    limits = limits_of(channel)
    for n, part in enumerate(post.parts):
        if wrong := problems(part.text, limits, with_image=bool(post.cards) and n == 0):
            raise Rejected(
                f"Part {n + 1} does not fit: {' '.join(wrong)}",
                f"Shorten it: socialpipe delivery edit ID --part {n + 1} --text TEXT; then retry.",
            )


def told(platform: Platform) -> dict[str, int]:
    """Ask a server for its own limits; return those that differ, by field of Limits.

    Raises PlatformError.
    """
    own, usual = platform.own_limits(), platform.limits
    pairs = ((field.name, getattr(own, field.name)) for field in fields(Limits))
    return {name: value for name, value in pairs if value != getattr(usual, name)}


def tells(platform: Platform) -> bool:
    """Whether servers of this kind tell limits of their own."""
    return type(platform).own_limits is not Platform.own_limits
