"""Tumblr, after its documentation."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import TEXT, Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Rejected, Throttled
from socialpipe.model import Receipt

POSTS = "/v2/blog/brand.tumblr.example/posts"


def no(status: int, code: int) -> Reply:
    body = {"meta": {"status": status, "msg": "No"}, "errors": [{"title": "No", "code": code}]}
    return Reply(status, body)


def own(text: str, at: datetime) -> dict[str, Route]:
    del text, at
    url = "https://brand.tumblr.example/post/761/sp-0b9f2a528f5e4c1c9a55"
    posts = [{"id_string": "1", "slug": "x"}, {"id_string": "761", "slug": "", "post_url": url}]
    return {f"GET {POSTS}": Reply(body={"response": {"posts": posts}})}


CASE = Case(
    create=f"POST {POSTS}",
    routes={
        "GET /v2/blog/brand.tumblr.example/info": Reply(
            body={"response": {"blog": {"name": "brand", "url": "https://brand.tumblr.example/"}}}
        ),
        f"POST {POSTS}": Reply(201, {"response": {"id": "761"}}),
        f"GET {POSTS}": Reply(body={"response": {"posts": []}}),
    },
    receipt=Receipt("761", "https://www.tumblr.com/brand/761"),
    text_of=lambda request: "\n\n".join(block["text"] for block in request.json["content"]),
    text=TEXT,
    settings={"blog": "brand.tumblr.example"},
    secrets={"token": "tumblr-SECRET"},
    identity="brand",
    alt_in=f"POST {POSTS}",
    own=own,
    failures=(
        Failure(no(403, 8023), Throttled),
        Failure(no(400, 8001), Rejected),
    ),
)
