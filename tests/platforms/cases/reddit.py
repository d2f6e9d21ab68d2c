"""Reddit, after PRAW and reports of its answers."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Duplicate, Rejected, Throttled, Unauthorized
from socialpipe.model import Receipt

LINK = "https://www.reddit.com/r/korea/comments/1abc/seoul/"


def no(code: str, words: str) -> Reply:
    return Reply(200, {"json": {"errors": [[code, words, "ratelimit"]]}})


def own(text: str, at: datetime) -> dict[str, Route]:
    del text
    post = {
        "name": "t3_1abc",
        "url": LINK,
        "subreddit": "Korea",
        "title": "서울 여행 체크리스트",
        "created_utc": at.timestamp(),
    }
    there = {**post, "name": "t3_1", "subreddit": "elsewhere"}
    children = [{"kind": "t3", "data": data} for data in (there, post)]
    return {"GET /user/kim/submitted": Reply(body={"data": {"children": children}})}


CASE = Case(
    create="POST /api/submit",
    routes={
        "GET /api/v1/me": Reply(body={"id": "u1", "name": "kim"}),
        "POST /api/submit": Reply(
            body={"json": {"errors": [], "data": {"url": LINK, "id": "1abc", "name": "t3_1abc"}}}
        ),
        "GET /user/kim/submitted": Reply(body={"data": {"children": []}}),
    },
    receipt=Receipt("t3_1abc", LINK),
    text_of=lambda request: (request.form["title"], request.form["sr"]),
    text=("서울 여행 체크리스트", "korea"),
    settings={"username": "kim", "subreddit": "korea"},
    secrets={"token": "reddit-SECRET"},
    identity="u1",
    images="none",
    own=own,
    failures=(
        Failure(no("RATELIMIT", "Take a break for 9 minutes before trying again."), Throttled),
        Failure(no("ALREADY_SUB", "that link has already been submitted"), Duplicate),
        Failure(no("USER_REQUIRED", "Please log in to do that."), Unauthorized),
        Failure(no("SUBREDDIT_NOEXIST", "that subreddit doesn't exist"), Rejected, "doesn't exist"),
    ),
)
