"""Lemmy 0.19, after its client's types."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Duplicate, Rejected, Throttled, Unauthorized
from socialpipe.model import Receipt


def no(error: str, status: int = 400) -> Reply:
    return Reply(status, {"error": error})


def own(text: str, at: datetime) -> dict[str, Route]:
    del text
    post = {"id": 31, "name": "서울 여행 체크리스트", "published": at.isoformat()}
    views = [{"post": {**post, "id": 1, "name": "-"}}, {"post": post}]
    return {"GET /api/v3/user": Reply(body={"posts": views})}


CASE = Case(
    create="POST /api/v3/post",
    routes={
        "GET /api/v3/community": Reply(body={"community_view": {"community": {"id": 4}}}),
        "POST /pictrs/image": Reply(201, {"msg": "ok", "files": [{"file": "x.jpg"}]}),
        "POST /api/v3/post": Reply(body={"post_view": {"post": {"id": 31}}}),
        "GET /api/v3/user": Reply(body={"posts": []}),
    },
    receipt=Receipt("31", "{base}/post/31"),
    text_of=lambda request: (request.json["name"], request.json["community_id"]),
    text=("서울 여행 체크리스트", 4),
    settings={"username": "kim", "community": "korea@lemmy.example"},
    secrets={"token": "lemmy-SECRET"},
    identity="4",
    alt_in="POST /api/v3/post",
    own=own,
    unauthorized=no("not_logged_in"),
    failures=(
        Failure(no("rate_limit_error"), Throttled),
        Failure(no("already_exists"), Duplicate),
        Failure(no("incorrect_login"), Unauthorized),
        Failure(no("invalid_post_title"), Rejected, "invalid_post_title"),
    ),
)
