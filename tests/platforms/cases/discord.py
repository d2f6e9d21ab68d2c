"""Discord, after its API documentation."""

from __future__ import annotations

import json
from datetime import datetime

from tests.platforms.case import KEY, Case, Failure
from tests.platforms.network import Reply, Request, Route

from socialpipe.errors import Rejected, Throttled, Unauthorized
from socialpipe.model import Receipt

HOOK = "/api/webhooks/81/SECRET-hook_token"
BOT_PATH = "/api/v10/channels/72"
MESSAGE = {"id": "1441", "channel_id": "72", "content": "…"}
LINK = "https://discord.com/channels/63/72/1441"
ABOUT = {"id": "81", "guild_id": "63", "channel_id": "72", "name": "소식"}
FAILURES = (
    Failure(Reply(404, {"message": "Unknown Webhook", "code": 10015}), Unauthorized),
    Failure(Reply(401, {"message": "Invalid Webhook Token", "code": 50027}), Unauthorized),
    Failure(Reply(400, {"message": "Invalid Form Body", "code": 50035}), Rejected, "Form Body"),
    Failure(Reply(429, {"message": "…", "retry_after": 64.57, "global": False}), Throttled),
)


def content(request: Request) -> object:
    message = json.loads(request.body)
    assert message["allowed_mentions"] == {"parse": []}
    return message["content"]


def own(text: str, at: datetime) -> dict[str, Route]:
    del at
    nonce = KEY.replace("-", "")[-25:]
    messages = [{**MESSAGE, "id": "1", "nonce": "x"}, {**MESSAGE, "content": text, "nonce": nonce}]
    return {f"GET {BOT_PATH}/messages": Reply(body=messages)}


CASE = Case(
    create=f"POST {HOOK}",
    routes={f"GET {HOOK}": Reply(body=ABOUT), f"POST {HOOK}": Reply(body=MESSAGE)},
    receipt=Receipt("1441", LINK),
    text_of=content,
    secrets={"webhook_url": f"https://discord.com{HOOK}"},
    tokens=("SECRET-hook_token",),
    settings={"username": "브랜드"},
    identity="81",
    alt_in=f"POST {HOOK}",
    failures=FAILURES,
)

BOT = Case(
    create=f"POST {BOT_PATH}/messages",
    routes={
        f"GET {BOT_PATH}": Reply(body={**ABOUT, "id": "72"}),
        f"POST {BOT_PATH}/messages": Reply(body=MESSAGE),
        f"GET {BOT_PATH}/messages": Reply(body=[]),
    },
    receipt=Receipt("1441", LINK),
    text_of=content,
    secrets={"token": "bot-SECRET"},
    settings={"channel_id": "72"},
    identity="72",
    alt_in=f"POST {BOT_PATH}/messages",
    own=own,
    failures=FAILURES,
)
