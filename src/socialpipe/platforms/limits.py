"""What one channel takes: its network's limits, its server's own, and what its settings say.

The settings are for what no network promises: numbers that are documented nowhere, or that only
some accounts or servers have.
"""

from __future__ import annotations

from dataclasses import fields, replace

from socialpipe.model import Channel, Json, Limits
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform

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
