"""Naver Cafe, after its documentation and what programs found."""

from __future__ import annotations

from urllib.parse import unquote

from tests.platforms.case import Case, Failure
from tests.platforms.network import Reply

from socialpipe.errors import Rejected, Throttled, Unauthorized
from socialpipe.model import Receipt

LINK = "https://cafe.naver.example/brand/123"
PATH = "/v1/cafe/100/menu/5/articles"


def no(status: int, message: str) -> Reply:
    error = {"code": "999", "msg": message}
    return Reply(200, {"message": {"status": str(status), "error": error}})


CASE = Case(
    create=f"POST {PATH}",
    routes={
        "GET /v1/nid/me": Reply(body={"response": {"id": "n1", "nickname": "브랜드"}}),
        f"POST {PATH}": Reply(
            body={
                "message": {
                    "status": "200",
                    "result": {"msg": "Success", "articleId": 123, "articleUrl": LINK},
                }
            }
        ),
    },
    receipt=Receipt("123", LINK),
    text_of=lambda request: unquote(request.form["subject"]),
    text="서울 여행 체크리스트",
    settings={"clubid": "100", "menuid": "5"},
    secrets={"token": "naver-SECRET"},
    identity="n1",
    images="none",
    unauthorized=Reply(401, {"errorMessage": "Authentication failed", "errorCode": "024"}),
    failures=(
        Failure(no(403, "no permission"), Rejected, "no permission"),
        Failure(Reply(429, {"errorMessage": "Rate limit", "errorCode": "010"}), Throttled),
        Failure(Reply(403, {"errorMessage": "Scope", "errorCode": "028"}), Unauthorized),
    ),
)
