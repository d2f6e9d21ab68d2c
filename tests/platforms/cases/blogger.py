"""Blogger, after Google's discovery document."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Rejected, Throttled
from socialpipe.model import Receipt

LINK = "https://brand.blogspot.example/2026/11/a.html"


def no(status: int, reason: str) -> Reply:
    error = {"code": status, "message": f"It is {reason}.", "errors": [{"reason": reason}]}
    return Reply(status, {"error": error})


def own(text: str, at: datetime) -> dict[str, Route]:
    del text
    post = {"id": "91", "url": LINK, "title": "서울 여행 체크리스트", "published": at.isoformat()}
    return {"GET /v3/blogs/8/posts": Reply(body={"items": [{**post, "title": "-"}, post]})}


CASE = Case(
    create="POST /v3/blogs/8/posts",
    routes={
        "GET /v3/blogs/8": Reply(body={"id": "8", "name": "B", "url": "https://b.example"}),
        "POST /v3/blogs/8/posts": Reply(body={"id": "91", "url": LINK, "status": "LIVE"}),
        "GET /v3/blogs/8/posts": Reply(body={"kind": "blogger#postList"}),
    },
    receipt=Receipt("91", LINK),
    text_of=lambda request: (request.json["title"], request.json["labels"]),
    text=("서울 여행 체크리스트", ["서울여행", "체크리스트"]),
    settings={"blog_id": "8"},
    secrets={"token": "blogger-SECRET"},
    identity="8",
    images="url",
    alt_in="POST /v3/blogs/8/posts",
    own=own,
    failures=(
        Failure(no(403, "rateLimitExceeded"), Throttled),
        Failure(no(403, "forbidden"), Rejected, "forbidden"),
    ),
)
