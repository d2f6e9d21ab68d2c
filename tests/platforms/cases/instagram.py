"""Instagram, after Meta's documentation."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import CARD, TEXT, Case
from tests.platforms.cases.threads import CONTAINER, FAILURES, no
from tests.platforms.network import Reply, Route

from socialpipe.model import Receipt

LINK = "https://www.instagram.com/p/abc/"


def own(text: str, at: datetime) -> dict[str, Route]:
    post = {
        "id": "190",
        "caption": text,
        "permalink": LINK,
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
    return {"GET /me/media": Reply(body={"data": [{**post, "id": "1", "caption": "-"}, post]})}


CASE = Case(
    create="POST /me/media_publish",
    routes={
        "GET /me": Reply(body={"user_id": "88", "username": "brand"}),
        "POST /me/media": Reply(body={"id": "container-1"}),
        "GET /container-1": CONTAINER,
        "POST /me/media_publish": Reply(body={"id": "190"}),
        "GET /190": Reply(body={"id": "190", "permalink": LINK}),
        "GET /me/media": Reply(body={"data": []}),
        "POST /190/comments": Reply(body={"id": "191"}),
    },
    receipt=Receipt("190", LINK),
    text_of=lambda request: (request.form["creation_id"], TEXT)[1],
    cards=(CARD,),
    secrets={"token": "insta-SECRET"},
    identity="88",
    images="url",
    alt_in="POST /me/media",
    own=own,
    unauthorized=no(190),
    failures=FAILURES,
)
