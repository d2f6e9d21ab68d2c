"""Threads, after Meta's documentation and reports of its answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.platforms.case import TEXT, Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Duplicate, NotSent, Rejected, Throttled, Unauthorized, Unknown
from socialpipe.model import Receipt

LINK = "https://www.threads.net/@brand/post/abc"


def no(code: int, subcode: int = 0, message: str = "No", **more: Any) -> Reply:
    error = {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}
    return Reply(400, {"error": {**error, **more}})


FAILURES = (
    Failure(no(190, 463, "Session has expired"), Unauthorized),
    Failure(no(200, 0, "Requires permission"), Rejected, "permission"),
    Failure(no(4, 0, "Application request limit reached"), Throttled),
    Failure(no(24, 4279009, "Media Not Found"), NotSent),
    Failure(no(4, 2207051, "Action is blocked"), Unknown),
    Failure(no(506, 0, "Duplicate status message"), Duplicate),
    Failure(no(2, 0, "Please retry", is_transient=True), Unknown),
    Failure(no(1, 2207052, "Media could not be fetched"), NotSent, "PUBLIC_MEDIA_BASE_URL"),
    Failure(no(100, 0, "text must be at most 500 characters"), Rejected, "500 characters"),
)


CONTAINER = [  # ready at the second look
    Reply(body={"id": "container-1", "status": state, "status_code": state})
    for state in ("IN_PROGRESS", "FINISHED")
]


def own(text: str, at: datetime) -> dict[str, Route]:
    post = {
        "id": "180",
        "text": text,
        "permalink": LINK,
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
    }
    other = {**post, "id": "1", "text": "Something else"}
    return {"GET /me/threads": Reply(body={"data": [other, post]})}


CASE = Case(
    create="POST /me/threads_publish",
    routes={
        "GET /me": Reply(body={"id": "77", "username": "brand"}),
        "POST /me/threads": Reply(body={"id": "container-1"}),
        "GET /container-1": CONTAINER,
        "POST /me/threads_publish": Reply(body={"id": "180"}),
        "GET /180": Reply(body={"id": "180", "permalink": LINK}),
        "GET /me/threads": Reply(body={"data": []}),
    },
    receipt=Receipt("180", LINK),
    text_of=lambda request: (request.form["creation_id"], TEXT)[1],
    secrets={"token": "threads-SECRET"},
    identity="77",
    images="url",
    alt_in="POST /me/threads",
    own=own,
    unauthorized=no(190),
    failures=FAILURES,
)
