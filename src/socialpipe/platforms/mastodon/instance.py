"""What an instance tells about itself (docs.joinmastodon.org entities/Instance, 2026-07-02)."""

from __future__ import annotations

from dataclasses import replace

from socialpipe.model import Json, Limits
from socialpipe.platforms.answer import Answer

# Where it tells its own limits, below `configuration`.
_TOLD = {
    "text": ("statuses", "max_characters"),
    "link": ("statuses", "characters_reserved_per_url"),
    "images": ("statuses", "max_media_attachments"),
    "image_bytes": ("media_attachments", "image_size_limit"),
    "alt": ("media_attachments", "description_limit"),
}
# Servers that speak the same API put their own name into the version ("4.2.8 (compatible; …)").
_OTHERS = ("compatible", "gotosocial", "+git", "pleroma", "akkoma", "pixelfed", "friendica")


def limits(instance: Answer, usual: Limits) -> Limits:
    """Return the instance's own limits; the usual ones where it does not tell."""
    numbers = {name: instance.number("configuration", *path) for name, path in _TOLD.items()}
    known: Json = {name: number for name, number in numbers.items() if number}
    return replace(usual, **known)


def honours_keys(instance: Answer) -> bool:
    """Whether it is Mastodon itself, which alone is known to heed Idempotency-Key."""
    version = instance.word("version").casefold()
    return version[:1].isdecimal() and not any(name in version for name in _OTHERS)
