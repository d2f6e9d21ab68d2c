"""A post as a signed Nostr event (NIP-01, NIP-10 replies, NIP-24 hashtags, NIP-92 images)."""

from __future__ import annotations

import json
import re
from hashlib import sha256

from socialpipe.model import Json
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.nostr.schnorr import public_key, sign

# JSON writers disagree on how to escape these, and the id hangs on it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


NOTE, DELETION, REPOST, REACTION = 1, 5, 6, 7  # kinds


def signed(
    secret: bytes, created_at: int, tags: list[list[str]], content: str, kind: int = NOTE
) -> Json:
    """Sign an event, by default a short text note; `created_at` is s since 1970.

    Equal arguments give equal events. Raises ValueError for no secret key.
    """
    author = public_key(secret).hex()
    whole = [0, author, created_at, kind, tags, content]
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    digest = sha256(text.encode()).digest()
    return {
        "id": digest.hex(),
        "pubkey": author,
        "created_at": created_at,
        "kind": kind,
        "tags": tags,
        "content": content,
        "sig": sign(secret, digest).hex(),
    }


def note(secret: bytes, request: PartRequest, images: list[str]) -> Json:
    """Write a part as an event, its images by their addresses below the text."""
    content = _CONTROLS.sub("", "\n".join([request.text, *images]))
    tags = [*_thread(request), *_hashtags(request), *_pictures(request, images)]
    return signed(secret, int(request.created_at.timestamp()), tags, content)


def _thread(request: PartRequest) -> list[list[str]]:
    root, parent = request.root or request.parent, request.parent
    if root is None or parent is None:
        return []
    marks = [["e", root.id, "", "root"]]
    return marks if parent.id == root.id else [*marks, ["e", parent.id, "", "reply"]]


def _hashtags(request: PartRequest) -> list[list[str]]:
    shown = request.text.casefold()
    return [["t", tag.lower()] for tag in request.hashtags if f"#{tag.casefold()}" in shown]


def _pictures(request: PartRequest, images: list[str]) -> list[list[str]]:
    return [
        [
            "imeta",
            f"url {url}",
            f"m {card.mime}",
            f"dim {card.width}x{card.height}",
            f"alt {' '.join(_CONTROLS.sub('', card.alt).split())}",
            f"x {sha256(card.data).hexdigest()}",
        ]
        for card, url in zip(request.cards, images, strict=True)
    ]
