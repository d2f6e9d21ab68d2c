"""Misskey, after its published types."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Rejected, Throttled, Unauthorized
from socialpipe.model import Receipt


def no(status: int, code: str) -> Reply:
    return Reply(status, {"error": {"message": f"It is {code}.", "code": code, "id": "1"}})


def own(text: str, at: datetime) -> dict[str, Route]:
    note = {"id": "9x1", "text": text, "createdAt": at.isoformat(), "fileIds": []}
    return {"POST /api/users/notes": Reply(body=[{**note, "id": "1", "text": None}, note])}


CASE = Case(
    create="POST /api/notes/create",
    routes={
        "POST /api/i": Reply(body={"id": "u1", "username": "brand"}),
        "POST /api/drive/files/create": Reply(body={"id": "f1", "url": "https://x.example/f"}),
        "POST /api/notes/create": Reply(body={"createdNote": {"id": "9x1"}}),
        "POST /api/users/notes": Reply(body=[]),
    },
    receipt=Receipt("9x1", "{base}/notes/9x1"),
    text_of=lambda request: request.json["text"],
    secrets={"token": "misskey-SECRET"},
    identity="u1",
    alt_in="POST /api/drive/files/create",
    own=own,
    unauthorized=no(401, "CREDENTIAL_REQUIRED"),
    failures=(
        Failure(no(429, "RATE_LIMIT_EXCEEDED"), Throttled),
        Failure(no(403, "YOUR_ACCOUNT_SUSPENDED"), Unauthorized),
        Failure(no(400, "CONTAINS_PROHIBITED_WORDS"), Rejected, "PROHIBITED"),
    ),
)
