"""What Telegram's answers mean."""

from __future__ import annotations

from socialpipe.errors import PlatformError, Rejected, Unauthorized
from socialpipe.platforms.answer import RENEW, Answer, unless_said
from socialpipe.platforms.base import Gone


def meaning(answer: Answer) -> PlatformError | None:
    """Name the outcome that `description` tells; None: the status does."""
    said = answer.word("description")
    if answer.status == 404 and said in {"Not Found", "None"}:
        return Unauthorized("Telegram does not know this bot token.", RENEW, status=404)
    if answer.status == 403:
        fix = "Make the bot an administrator of the channel that may post, then retry."
        return Rejected(f"Telegram does not let the bot post: {said}.", fix, status=403)
    if "message to delete not found" in said:
        return Gone("Telegram has no such message.", status=answer.status)
    moved = answer.get("parameters", "migrate_to_chat_id")
    if answer.status == 400 and moved is not None:
        fix = f"Set chat_id={moved} on this channel, then retry."
        return Rejected("The chat has become a supergroup with a new id.", fix, status=400)
    return unless_said(answer, "ok", value=True)
