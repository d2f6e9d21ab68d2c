"""LinkedIn, after its documentation; an organization's page, which may read its posts."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import TEXT, Case, Failure
from tests.platforms.network import Reply, Request, Route

from socialpipe.errors import Duplicate, NotSent, Rejected
from socialpipe.model import Receipt
from socialpipe.text.littletext import little_text

URN = "urn:li:share:7140000000000000001"
LINK = f"https://www.linkedin.com/feed/update/{URN}/"


def place(request: Request) -> Reply:
    url = f"http://{request.headers['Host']}/dms-uploads/1"
    return Reply(body={"value": {"uploadUrl": url, "image": "urn:li:image:C4"}})


def duplicate(message: str) -> Reply:
    error = {"code": "DUPLICATE_POST", "description": "Duplicate post is detected"}
    body = {"status": 422, "message": message, "errorDetails": {"inputErrors": [error]}}
    return Reply(422, body)


def own(text: str, at: datetime) -> dict[str, Route]:
    post = {
        "id": URN,
        "commentary": little_text(text),
        "createdAt": int(at.timestamp() * 1000),
    }
    return {"GET /rest/posts": Reply(body={"elements": [{**post, "commentary": "-"}, post]})}


CASE = Case(
    create="POST /rest/posts",
    routes={
        "GET /v2/userinfo": Reply(body={"sub": "abc", "name": "Kim"}),
        "POST /rest/images": place,
        "PUT /dms-uploads/1": Reply(201, b""),
        "POST /rest/posts": Reply(201, b"", {"x-restli-id": URN}),
        "GET /rest/posts": Reply(body={"elements": []}),
    },
    receipt=Receipt(URN, LINK),
    text_of=lambda request: request.json["commentary"],
    text=little_text(TEXT),
    settings={"author": "urn:li:organization:123"},
    secrets={"token": "linkedin-SECRET"},
    identity="abc",
    alt_in="POST /rest/posts",
    own=own,
    failures=(
        Failure(duplicate(f"Content is a duplicate of {URN}"), Duplicate),
        Failure(Reply(426, {"message": "Requested version is not active"}), Rejected, "version"),
        Failure(Reply(400, {"code": "MEDIA_ASSET_PROCESSING_FAILED", "message": "…"}), NotSent),
        Failure(Reply(403, {"code": "ACCESS_DENIED", "message": "Not enough scope"}), Rejected),
    ),
)
