"""What Discord's refusals mean (discord-api-docs: Opcodes and Status Codes, 2026-08-06)."""

from __future__ import annotations

from socialpipe.errors import PlatformError, Unauthorized
from socialpipe.platforms.answer import RENEW, Answer
from socialpipe.platforms.base import Gone

UNKNOWN_MESSAGE = "10008"
DEAD = {"10015", "40001", "50027"}  # unknown webhook, unauthorized, invalid webhook token


def meaning(answer: Answer) -> PlatformError | None:
    """Name the outcome that `code` tells; None: the status does."""
    if answer.word("code") == UNKNOWN_MESSAGE:
        return Gone("Discord has no such message.", status=answer.status)
    if answer.status == 404 or (answer.status < 500 and answer.word("code") in DEAD):
        what = "Discord does not know this webhook, bot or channel any more."
        return Unauthorized(what, RENEW, status=answer.status)
    return None
