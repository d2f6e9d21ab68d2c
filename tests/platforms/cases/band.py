"""BAND, after its Open API."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Rejected, Throttled, Unauthorized, Unknown
from socialpipe.model import Receipt


def no(code: int, message: str) -> Reply:
    return Reply(200, {"result_code": code, "result_data": {"message": message}})


def own(text: str, at: datetime) -> dict[str, Route]:
    marked = text.replace("#서울여행", "<band:hashtag>#서울여행</band:hashtag>")
    post = {"post_key": "p1", "content": marked, "created_at": int(at.timestamp() * 1000)}
    items = [{**post, "post_key": "p0", "content": "-"}, post]
    return {"GET /v2/band/posts": Reply(body={"result_code": 1, "result_data": {"items": items}})}


CASE = Case(
    create="POST /v2.2/band/post/create",
    routes={
        "GET /v2/bands": Reply(
            body={"result_code": 1, "result_data": {"bands": [{"band_key": "b1", "name": "모임"}]}}
        ),
        "POST /v2.2/band/post/create": Reply(
            body={"result_code": 1, "result_data": {"band_key": "b1", "post_key": "p1"}}
        ),
        "GET /v2/band/posts": Reply(body={"result_code": 1, "result_data": {"items": []}}),
    },
    receipt=Receipt("p1"),
    text_of=lambda request: request.form["content"],
    settings={"band_key": "b1"},
    secrets={"token": "band-SECRET"},
    identity="b1",
    images="none",
    own=own,
    unauthorized=no(10401, "Unauthorized"),
    failures=(
        Failure(Reply(200, {"result_data": {"band_key": "b1", "post_key": "p1"}}), Unknown),
        Failure(no(1003, "Cool down time restriction"), Throttled),
        Failure(no(10401, "Unauthorized"), Unauthorized),
        Failure(no(2300, "Invalid response"), Unknown),
        Failure(no(60102, "Not Band member"), Rejected, "Not Band member"),
    ),
)
