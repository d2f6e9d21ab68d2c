"""Facebook Pages, after Meta's documentation."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import Case
from tests.platforms.cases.threads import FAILURES, no
from tests.platforms.network import Reply, Route

from socialpipe.model import Receipt

LINK = "https://www.facebook.com/55_66"


def own(text: str, at: datetime) -> dict[str, Route]:
    post = {
        "id": "55_66",
        "message": text,
        "created_time": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "attachments": {"data": [{"media_type": "link"}]},
    }
    return {"GET /55/feed": Reply(body={"data": [{**post, "id": "1", "message": "-"}, post]})}


CASE = Case(
    create="POST /55/feed",
    routes={
        "GET /55": Reply(body={"id": "55", "name": "Brand"}),
        "POST /55/photos": Reply(body={"id": "901"}),
        "POST /55/feed": Reply(body={"id": "55_66"}),
        "GET /55/feed": Reply(body={"data": []}),
    },
    receipt=Receipt("55_66", LINK),
    text_of=lambda request: request.form["message"],
    settings={"page_id": "55"},
    secrets={"token": "page-SECRET"},
    identity="55",
    alt_in="POST /55/photos",
    own=own,
    unauthorized=no(190),
    failures=FAILURES,
)
