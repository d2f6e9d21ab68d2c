"""WordPress, after its REST handbook."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Request, Route

from socialpipe.errors import Rejected, Unauthorized
from socialpipe.model import Receipt

V2 = "/wp-json/wp/v2"
POST = {"id": 12, "link": "https://blog.example/sp-1/", "slug": "sp-1", "status": "publish"}


def no(status: int, code: str) -> Reply:
    return Reply(status, {"code": code, "message": f"It is {code}.", "data": {"status": status}})


def tags(request: Request) -> Reply:
    found = [{"id": 5, "name": "서울여행"}, {"id": 6, "name": "서울여행기"}]
    return Reply(body=found if request.query["search"] == "서울여행" else [])


def own(text: str, at: datetime) -> dict[str, Route]:
    del text, at
    return {f"GET {V2}/posts": Reply(body=[POST])}


def shown(request: Request) -> object:
    post = request.json
    assert post["tags"] == [5, 7]
    return post["title"]


CASE = Case(
    create=f"POST {V2}/posts",
    routes={
        f"GET {V2}/users/me": Reply(body={"id": 3, "name": "Kim"}),
        f"GET {V2}/tags": tags,
        f"POST {V2}/tags": Reply(201, {"id": 7, "name": "체크리스트"}),
        f"POST {V2}/media": Reply(201, {"id": 77, "source_url": "https://blog.example/c.jpg"}),
        f"POST {V2}/media/77": Reply(body={"id": 77}),
        f"POST {V2}/posts": Reply(201, POST),
        f"GET {V2}/posts": Reply(body=[]),
    },
    receipt=Receipt("12", "https://blog.example/sp-1/"),
    text_of=shown,
    text="서울 여행 체크리스트",
    settings={"username": "kim"},
    secrets={"password": "abcd SECRET efgh"},
    identity="3",
    alt_in=f"POST {V2}/media/77",
    own=own,
    unauthorized=no(401, "rest_cannot_create"),
    failures=(
        Failure(no(403, "rest_cannot_publish"), Unauthorized, "Authorization header"),
        Failure(no(400, "rest_invalid_param"), Rejected, "rest_invalid_param"),
    ),
)
