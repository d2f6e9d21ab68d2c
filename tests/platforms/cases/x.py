"""X, after docs.x.com and reports of its answers."""

from __future__ import annotations

from datetime import datetime
from html import escape

from tests.platforms.case import LINK, Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Duplicate, NotSent, Rejected, Unauthorized
from socialpipe.model import Receipt

ID = "1990000000000000001"


def own(text: str, at: datetime) -> dict[str, Route]:
    shown = escape(text, quote=False).replace(LINK, "https://t.co/abc")
    posts = [
        {"id": "5", "text": "Something else", "created_at": at.isoformat()},
        {
            "id": ID,
            "text": shown,
            "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "entities": {"urls": [{"url": "https://t.co/abc", "expanded_url": LINK}]},
        },
    ]
    return {"GET /2/users/9/tweets": Reply(body={"data": posts, "meta": {"result_count": 2}})}


def problem(status: int, detail: str, kind: str = "about:blank") -> Reply:
    return Reply(status, {"title": "Forbidden", "detail": detail, "type": kind, "status": status})


CASE = Case(
    create="POST /2/tweets",
    routes={
        "GET /2/users/me": Reply(body={"data": {"id": "9", "name": "Brand", "username": "brand"}}),
        "POST /2/tweets": Reply(201, {"data": {"id": ID, "text": "…"}}),
        "POST /2/media/upload": Reply(body={"data": {"id": "31", "media_key": "3_31"}}),
        "POST /2/media/metadata": Reply(body={"data": {"id": "31"}}),
        "GET /2/users/9/tweets": Reply(body={"meta": {"result_count": 0}}),
    },
    receipt=Receipt(ID, f"https://x.com/i/web/status/{ID}"),
    text_of=lambda request: request.json["text"],
    secrets={"token": "x-SECRET-token"},
    identity="9",
    alt_in="POST /2/media/metadata",
    own=own,
    unauthorized=problem(401, "Unauthorized"),
    failures=(
        Failure(
            problem(403, "You are not allowed to create a Tweet with duplicate content."), Duplicate
        ),
        Failure(problem(402, "credits depleted"), Rejected, "credits are used up"),
        Failure(
            problem(429, "…", "https://api.twitter.com/2/problems/usage-capped"),
            Rejected,
            "credits are used up",
        ),
        Failure(
            problem(403, "…", "https://api.twitter.com/2/problems/unsupported-authentication"),
            Unauthorized,
        ),
        Failure(problem(403, "the Tweet you replied to is deleted or not visible"), NotSent),
        Failure(
            problem(403, "You are not permitted to perform this action."), Rejected, "not permitted"
        ),
    ),
)
