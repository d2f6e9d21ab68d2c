"""Ghost, after its documentation."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Rejected, Unauthorized
from socialpipe.model import Receipt

ADMIN_KEY = "5ddc9141c35e7700383b2937:" + "a5aa9bd8ea31415cb4523040dae1e730" * 2
API = "/ghost/api/admin"
POSTS = {"posts": [{"id": "63", "url": "https://blog.example/sp-1/", "slug": "sp-1"}]}
BY_SLUG = f"GET {API}/posts/slug/sp-0b9f2a528f5e4c1c9a55/"


def no(status: int, kind: str) -> Reply:
    return Reply(status, {"errors": [{"message": f"It is {kind}.", "type": kind}]})


def own(text: str, at: datetime) -> dict[str, Route]:
    del text, at
    return {BY_SLUG: Reply(body=POSTS)}


CASE = Case(
    create=f"POST {API}/posts/",
    routes={
        f"GET {API}/site/": Reply(body={"site": {"title": "B", "url": "https://blog.example/"}}),
        f"GET {API}/posts/": Reply(body={"posts": []}),
        f"POST {API}/images/upload/": Reply(201, {"images": [{"url": "https://b.example/c.jpg"}]}),
        f"POST {API}/posts/": Reply(201, POSTS),
        BY_SLUG: no(404, "NotFoundError"),
    },
    receipt=Receipt("63", "https://blog.example/sp-1/"),
    text_of=lambda request: (request.json["posts"][0]["title"], request.json["posts"][0]["slug"]),
    text=("서울 여행 체크리스트", "sp-0b9f2a528f5e4c1c9a55"),
    secrets={"admin_key": ADMIN_KEY},
    identity="https://blog.example/",
    alt_in=f"POST {API}/posts/",
    own=own,
    unauthorized=no(401, "UnauthorizedError"),
    failures=(
        Failure(no(422, "ValidationError"), Rejected, "ValidationError"),
        Failure(no(401, "UnauthorizedError"), Unauthorized),
    ),
)
