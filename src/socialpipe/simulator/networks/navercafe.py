"""Naver Cafe (developers.naver.com cafe API and public users of it; not verified live)."""

from __future__ import annotations

from html import unescape
from urllib.parse import unquote

from socialpipe.model import Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import Draft, Media
from socialpipe.simulator.markup import Page
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, reply

GATEWAY = {401: "024", 403: "028", 429: "010"}
ARTICLES = "/v1/cafe/{club}/menu/{menu}/articles"


class NaverCafe(Network):
    """Answers article calls; decodes text twice and knows the characters of CP949 only."""

    name = "navercafe"
    title = "Naver Cafe"
    limits = Limits(10_000_000, Unit.CODEPOINTS, "developers.naver.com", "2026-11-23", images=10)

    def error(self, status: int, message: str, code: str = "") -> Answer:
        said = {"errorMessage": message, "errorCode": code or GATEWAY.get(status, "000")}
        return reply(said, status)

    def unauthorized(self) -> Answer:
        return self.error(401, "Authentication failed (인증에 실패했습니다.)")

    def throttled(self, seconds: int, now: float) -> Answer:
        del seconds, now  # Naver names no time
        return self.error(429, "Rate limit exceeded. (속도 제한을 초과했습니다.)")

    @route("GET /v1/nid/me")
    def me(self, call: Call) -> Answer:
        who = {"id": call.account.id, "nickname": call.account.name}
        return reply({"resultcode": "00", "message": "success", "response": who})

    @route(f"POST {ARTICLES}", creates=True)
    def create(self, call: Call) -> Answer:
        if not call.params["club"].isdecimal() or not call.params["menu"].isdecimal():
            raise self._no("400", "잘못된 요청입니다.")
        subject, page = unescape(self._text(call, "subject")), Page(self._text(call, "content"))
        if not subject or len(subject) > 100 or not (page.text or page.images):
            raise self._no("400", "제목 또는 내용을 확인해 주세요.")
        media = [self.hold(call, file.data) for file in call.request.files.values()]
        kept: tuple[Media, ...] = tuple(item for item in media if item)
        draft = Draft(page.text, self.next_id(), kept, place=call.params["club"], title=subject)
        post = self.accept(call, draft)
        where = {"articleId": int(post.id), "articleUrl": self.url(post), "cafeUrl": "simulator"}
        return _message("200", {"msg": "Success", **where})

    def _text(self, call: Call, name: str) -> str:
        """Decode the second layer; what CP949 does not have is lost."""
        text = unquote(call.text(name))
        return text.encode("cp949", "replace").decode("cp949")

    def _no(self, status: str, why: str) -> Refusal:
        body = {"message": {"@type": "response", "status": status, "error": {"msg": why}}}
        return Refusal(reply(body, 200))


def _message(status: str, result: dict[str, object]) -> Answer:
    return reply({"message": {"@type": "response", "status": status, "result": result}})
