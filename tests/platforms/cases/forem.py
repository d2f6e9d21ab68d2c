"""Forem, after its API description and reports of its answers."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Duplicate, Rejected
from socialpipe.model import Receipt

LINK = "https://dev.example/brand/seoul-1a"


def own(text: str, at: datetime) -> dict[str, Route]:
    del text
    article = {
        "id": 41,
        "title": "서울 여행 체크리스트",
        "url": LINK,
        "published_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return {"GET /api/articles/me/all": Reply(body=[{**article, "title": "-"}, article])}


CASE = Case(
    create="POST /api/articles",
    routes={
        "GET /api/users/me": Reply(body={"id": 7, "username": "brand"}),
        "POST /api/articles": Reply(201, {"id": 41, "url": LINK, "slug": "seoul-1a"}),
        "GET /api/articles/me/all": Reply(body=[]),
    },
    receipt=Receipt("41", LINK),
    text_of=lambda request: (
        request.json["article"]["title"],
        request.json["article"]["tags"],
    ),
    text=("서울 여행 체크리스트", ["서울여행", "체크리스트"]),
    secrets={"api_key": "forem-SECRET"},
    identity="7",
    images="url",
    own=own,
    unauthorized=Reply(401, {"error": "unauthorized", "status": 401}),
    failures=(
        Failure(
            Reply(422, {"error": "Title has already been used in the last five minutes"}), Duplicate
        ),
        Failure(Reply(422, {"error": "Title is too long"}), Rejected, "too long"),
    ),
)
