"""Mastodon, after docs.joinmastodon.org."""

from __future__ import annotations

from datetime import datetime
from html import escape

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import NotSent, Rejected
from socialpipe.model import Receipt

STATUS = {
    "id": "116000000000000001",
    "uri": "https://social.example/users/brand/statuses/116000000000000001",
    "url": "https://social.example/@brand/116000000000000001",
    "created_at": "2026-11-23T09:00:01.000Z",
    "content": "<p>…</p>",
    "media_attachments": [],
}
ME = {"id": "42", "acct": "brand", "url": "https://social.example/@brand"}


def own(text: str, at: datetime) -> dict[str, Route]:
    paragraphs = escape(text, quote=False).split("\n\n")
    html = "".join(f"<p>{p}</p>" for p in paragraphs).replace("\n", "<br />")
    link = "https://blog.example/seoul/1"
    marked = (
        f'<a href="{link}" rel="nofollow"><span class="invisible">https://</span>'
        '<span class="">blog.example/seoul/1</span><span class="invisible"></span></a>'
    )
    status = {**STATUS, "content": html.replace(link, marked), "created_at": at.isoformat()}
    other = {**STATUS, "id": "1", "content": "<p>Something else</p>"}
    return {"GET /api/v1/accounts/42/statuses": Reply(body=[other, status])}


CASE = Case(
    create="POST /api/v1/statuses",
    routes={
        "GET /api/v1/accounts/verify_credentials": Reply(body=ME),
        "POST /api/v1/statuses": Reply(body=STATUS),
        "POST /api/v2/media": Reply(202, {"id": "77", "url": None}),
        "GET /api/v1/media/77": [Reply(206, {"id": "77"}), Reply(body={"id": "77"})],
        "GET /api/v1/accounts/42/statuses": Reply(body=[]),
    },
    receipt=Receipt("116000000000000001", "https://social.example/@brand/116000000000000001"),
    text_of=lambda request: request.json["status"],
    secrets={"token": "masto-SECRET-token/+="},
    identity="42",
    alt_in="POST /api/v2/media",
    own=own,
    unauthorized=Reply(401, {"error": "The access token is invalid"}),
    failures=(
        Failure(
            Reply(422, {"error": "Validation failed: Text character limit of 500 exceeded"}),
            Rejected,
            "character limit of 500",
        ),
        Failure(
            Reply(
                422, {"error": "Cannot attach files that have not finished processing. Try again!"}
            ),
            NotSent,
        ),
        Failure(Reply(403, {"error": "This action is not allowed"}), Rejected, "not allowed"),
    ),
)
