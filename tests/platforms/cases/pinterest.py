"""Pinterest, after its OpenAPI description."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import CARD, Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Rejected, Throttled
from socialpipe.model import Receipt

PINS = "/v5/boards/55/pins"


def no(status: int, code: int, message: str) -> Reply:
    return Reply(status, {"code": code, "message": message})


def own(text: str, at: datetime) -> dict[str, Route]:
    pin = {"id": "8123", "description": text, "created_at": at.isoformat()}
    return {f"GET {PINS}": Reply(body={"items": [{**pin, "description": None}, pin]})}


CASE = Case(
    create="POST /v5/pins",
    routes={
        "GET /v5/user_account": Reply(body={"id": "4", "username": "brand"}),
        "POST /v5/pins": Reply(201, {"id": "8123"}),
        f"GET {PINS}": Reply(body={"items": []}),
    },
    receipt=Receipt("8123", "https://www.pinterest.com/pin/8123/"),
    text_of=lambda request: request.json["description"],
    cards=(CARD,),
    settings={"board_id": "55"},
    secrets={"token": "pin-SECRET"},
    identity="4",
    images="base64",
    alt_in="POST /v5/pins",
    own=own,
    failures=(
        Failure(no(400, 9, "Sorry! We blocked this"), Throttled),
        Failure(no(403, 29, "Apps with Trial access may not"), Rejected, "sandbox"),
        Failure(no(404, 40, "Board not found."), Rejected, "Board not found"),
    ),
)
