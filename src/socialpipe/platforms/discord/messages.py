"""Messages as Discord takes and shows them."""

from __future__ import annotations

import json
from typing import Any

from socialpipe.model import Card, Json, Metrics, Receipt
from socialpipe.platforms.answer import Answer, dig, number, word
from socialpipe.platforms.base import PartRequest, attachment
from socialpipe.platforms.readback import Seen, moment

Files = dict[str, tuple[str, bytes, str]]


def nonce(request: PartRequest) -> str:
    """Name a message: the longest that Discord takes."""
    return request.key.replace("-", "")[-25:]


def with_images(message: Json, cards: tuple[Card, ...]) -> tuple[dict[str, str], Files]:
    """Write a message and its images as a form: fields and files."""
    files = {f"files[{n}]": attachment(card, f"card-{n}") for n, card in enumerate(cards)}
    described = [
        {"id": n, "filename": file[0], "description": card.alt}
        for n, (card, file) in enumerate(zip(cards, files.values(), strict=True))
    ]
    whole = {**message, "attachments": described}
    return {"payload_json": json.dumps(whole, ensure_ascii=False)}, files


def seen(message: Any, request: PartRequest) -> Seen:
    """Read one message of a channel, which others write to as well: the nonce tells whose it is."""
    receipt = Receipt(word(message, "id"), extra={"channel": word(message, "channel_id")})
    ours = dig(message, "nonce") == nonce(request)
    return Seen(receipt, "", moment(dig(message, "timestamp")), ours=ours)


def metrics(message: Answer) -> Metrics:
    """Count the reactions to a message."""
    reactions = message.get("reactions")  # absent when there is none
    shown = reactions if isinstance(reactions, list) else []
    return Metrics(likes=sum(number(one, "count") or 0 for one in shown))
