"""LINE, after its OpenAPI description."""

from __future__ import annotations

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply

from socialpipe.errors import Duplicate, Rejected
from socialpipe.model import Receipt

CASE = Case(
    create="POST /v2/bot/message/broadcast",
    routes={
        "GET /v2/bot/info": Reply(body={"userId": "U1", "displayName": "브랜드"}),
        "POST /v2/bot/message/broadcast": Reply(200, {}, {"X-Line-Request-Id": "req-1"}),
    },
    receipt=Receipt("req-1"),
    text_of=lambda request: request.json["messages"][0]["text"],
    secrets={"token": "line-SECRET"},
    identity="U1",
    images="url",
    failures=(
        Failure(
            Reply(
                409,
                {"message": "The retry key is already accepted"},
                {"X-Line-Accepted-Request-Id": "req-1"},
            ),
            Duplicate,
        ),
        Failure(Reply(429, {"message": "You have reached your monthly limit."}), Rejected, "plan"),
    ),
)
