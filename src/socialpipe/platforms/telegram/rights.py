"""What a bot may do in its channel."""

from __future__ import annotations

from collections.abc import Callable

from socialpipe.model import Json
from socialpipe.platforms.answer import Answer

Ask = Callable[[str, Json], Answer]  # a method of the Bot API and its arguments


def lacks(ask: Ask, chat_id: str) -> dict[str, str]:
    """Ask for the right that a bot needs in a channel; in a group any member may post."""
    where: Json = {"chat_id": chat_id}
    if ask("getChat", where).word("result", "type") != "channel":
        return {}
    me = ask("getMe", {})
    member = ask("getChatMember", where | {"user_id": me.id("result", "id")})
    if member.get("result", "can_post_messages") is True:
        return {}
    bot = me.word("result", "username")
    remedy = f"In Telegram: the channel, Administrators, add @{bot}, allow Post Messages."
    return {"the right to post messages in the channel": remedy}
