"""Telegram, after the Bot API and what its servers say."""

from __future__ import annotations

from html import escape

from tests.platforms.case import TEXT, Case, Failure
from tests.platforms.network import Reply

from socialpipe.errors import Rejected, Throttled, Unauthorized, Unknown
from socialpipe.model import Receipt

TOKEN = "123456:AAH-SECRET_token"
CHAT = {"id": -1001234567890, "title": "Brand", "username": "brand", "type": "channel"}
MESSAGE = {"message_id": 42, "date": 1700000000, "chat": CHAT, "text": "…"}


def no(status: int, description: str, **parameters: int) -> Reply:
    body = {"ok": False, "error_code": status, "description": description}
    return Reply(status, {**body, "parameters": parameters} if parameters else body)


CASE = Case(
    create=f"POST /bot{TOKEN}/sendMessage",
    card_create=f"POST /bot{TOKEN}/sendPhoto",
    routes={
        f"POST /bot{TOKEN}/getMe": Reply(body={"ok": True, "result": {"id": 123456}}),
        f"POST /bot{TOKEN}/getChat": Reply(body={"ok": True, "result": CHAT}),
        f"POST /bot{TOKEN}/sendMessage": Reply(body={"ok": True, "result": MESSAGE}),
        f"POST /bot{TOKEN}/sendPhoto": Reply(body={"ok": True, "result": MESSAGE}),
        f"POST /bot{TOKEN}/sendMediaGroup": Reply(body={"ok": True, "result": [MESSAGE, MESSAGE]}),
    },
    receipt=Receipt("42", "https://t.me/brand/42"),
    text_of=lambda request: request.json["text"],
    text=escape(TEXT, quote=False),
    settings={"chat_id": "@brand"},
    secrets={"token": TOKEN},
    identity="-1001234567890",
    unauthorized=no(401, "Unauthorized"),
    failures=(
        Failure(Reply(200, {"result": MESSAGE}), Unknown),  # it says nothing of ok
        Failure(no(404, "Not Found"), Unauthorized),
        Failure(no(403, "Forbidden: bot is not a member of the channel chat"), Rejected, "member"),
        Failure(no(400, "Bad Request: chat not found"), Rejected, "chat not found"),
        Failure(
            no(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100777),
            Rejected,
            "chat_id=-100777",
        ),
        Failure(no(429, "Too Many Requests: retry after 35", retry_after=35), Throttled),
    ),
)
