"""A receiver of Standard Webhooks."""

from __future__ import annotations

from tests.platforms.case import KEY, Case, Failure
from tests.platforms.network import Reply

from socialpipe.errors import Unauthorized
from socialpipe.model import Receipt

CASE = Case(
    create="POST /hooks/SECRET-path",
    routes={"POST /hooks/SECRET-path": Reply(204)},
    receipt=Receipt(f"msg_{KEY}"),
    text_of=lambda request: request.json["data"]["text"],
    secrets={
        "url": "https://hooks.example/hooks/SECRET-path",
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    },
    tokens=("SECRET-path",),
    identity="127.0.0.1",
    images="url",
    alt_in="POST /hooks/SECRET-path",
    reads_answer=False,
    checks=False,
    failures=(Failure(Reply(410, b""), Unauthorized, "no more events"),),
)
