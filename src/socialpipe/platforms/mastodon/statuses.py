"""Statuses as Mastodon shows them: HTML, with mentions cut short."""

from __future__ import annotations

import re
from typing import Any

from socialpipe.model import Json, Metrics, Receipt
from socialpipe.platforms.answer import Answer, dig, link, word
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.readback import Seen, count, moment, plain


def form(request: PartRequest, visibility: str) -> Json:
    """Write a status."""
    status: Json = {
        "status": request.text,
        "visibility": visibility,
        "media_ids": [upload["id"] for upload in request.uploads],
    }
    if request.language != "und":
        status["language"] = request.language.partition("-")[0]  # ISO 639-1
    if request.warning:
        status["spoiler_text"] = request.warning
    if request.parent:
        status["in_reply_to_id"] = request.parent.id
    return status


def receipt(status: Any) -> Receipt:
    """Name a status, and say what it shows."""
    shown = text(status)
    return Receipt(word(status, "id"), link(status, "url"), text=shown or None)


def seen(status: Any) -> Seen:
    """Read one status of a timeline."""
    at, media = moment(dig(status, "created_at")), count(status, "media_attachments")
    return Seen(receipt(status), text(status), at, media)


def text(status: Any) -> str:
    """Return the words of a status."""
    return local_mentions(plain(word(status, "content")))


def local_mentions(words: str) -> str:
    """Shorten `@user@host` to `@user`, as the server shows it."""
    return re.sub(r"(@\w+)@[\w.-]+", r"\1", words)


def metrics(status: Answer) -> Metrics:
    """Read the counts of a status; nobody counts its views."""
    return Metrics(
        likes=status.number("favourites_count"),
        reposts=status.number("reblogs_count"),
        quotes=status.number("quotes_count"),  # since 4.5
        replies=status.number("replies_count"),
    )
