"""Handing images to X (docs.x.com media upload, 2026-08-22)."""

from __future__ import annotations

from socialpipe.errors import NotSent, Rejected
from socialpipe.model import Card, Json
from socialpipe.platforms.base import Platform, attachment
from socialpipe.platforms.poll import wait_for

PIECE = 1_048_576  # bytes; larger pieces are answered with 413 at the edge
TRIES = 3  # of one piece
CATEGORY = "tweet_image"
UPLOAD = "/2/media/upload"


def upload(x: Platform, card: Card) -> Json:
    """Hand over an image, a big one in pieces, and say what it shows."""
    media = _whole(x, card) if len(card.data) <= PIECE else _in_pieces(x, card)
    if card.alt:
        alt = {"id": media, "metadata": {"alt_text": {"text": card.alt}}}
        x.call("POST", "/2/media/metadata", json=alt)
    return {"id": media}


def _whole(x: Platform, card: Card) -> str:
    form, files = {"media_category": CATEGORY}, {"media": attachment(card)}
    return x.call("POST", UPLOAD, files=files, data=form).id("data", "id")


def _in_pieces(x: Platform, card: Card) -> str:
    about = {"media_type": card.mime, "total_bytes": len(card.data), "media_category": CATEGORY}
    media = x.call("POST", f"{UPLOAD}/initialize", json=about).id("data", "id")
    for n, start in enumerate(range(0, len(card.data), PIECE)):
        _append(x, media, n, card.data[start : start + PIECE])
    done = x.call("POST", f"{UPLOAD}/{media}/finalize")
    if done.get("data", "processing_info"):
        wait_for(lambda: _is_ready(x, media))  # else the post is refused, and tried again later
    return media


def _append(x: Platform, media: str, n: int, piece: bytes) -> None:
    """Add a piece; one that may be there already is sent again under its number."""
    form, files = {"segment_index": str(n)}, {"media": ("piece", piece, "application/octet-stream")}
    for left in reversed(range(TRIES)):
        try:
            x.call("POST", f"{UPLOAD}/{media}/append", data=form, files=files)
        except NotSent:
            if not left:
                raise
        else:
            return


def _is_ready(x: Platform, media: str) -> bool:
    status = x.call("GET", UPLOAD, params={"media_id": media, "command": "STATUS"})
    state = status.word("data", "processing_info", "state")
    if state == "failed":
        raise Rejected("X cannot use the image.", "Queue the article again with other cards.")
    return state in {"succeeded", ""}
