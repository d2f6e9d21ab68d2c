"""BAND Open API (developers.band.us); the status is 200 for refusals too."""

from __future__ import annotations

import re
from collections.abc import Mapping

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call, digest
from socialpipe.simulator.ledger import AcceptedPost, Draft, page
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, Request, reply

CODES = {401: 10401, 403: 10403, 404: 3000, 400: 211, 429: 1003}
LONGEST = 10_000  # characters of a post; not documented


class Band(Network):
    """Answers for any band key, as a band that the caller may write to."""

    name = "band"
    title = "BAND"
    limits = Limits(LONGEST, Unit.CODEPOINTS, "developers.band.us", "2026-11-23", images=0)

    def error(self, status: int, message: str, code: str = "") -> Answer:
        if status >= 500:
            return reply({"result_code": 2300, "result_data": {"message": message}}, status)
        number = int(code) if code.isdecimal() else CODES.get(status, 3000)
        return reply({"result_code": number, "result_data": {"message": message}})

    def throttled(self, seconds: int, now: float) -> Answer:
        del seconds, now  # BAND names no time
        return self.error(429, "Cool down time restriction")

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        del params
        return request.bearer or str(request.fields.get("access_token", ""))

    @route("GET /v2/bands")
    def bands(self, call: Call) -> Answer:
        own = {post.place for post in self.ledger.own(self.name, call.account.name)}
        shown = [{"band_key": key, "name": f"Band {key}"} for key in sorted(own | {"band"})]
        return _ok({"bands": shown})

    @route("POST /v2.2/band/post/create", creates=True)
    def create(self, call: Call) -> Answer:
        text, band = call.text("content"), call.text("band_key")
        if not text or not band or call.text("do_push") not in {"", "true", "false"}:
            raise self._no("Insufficient Parameters", 212)
        if self.too_long(text):
            raise self._no("Exceeded character limit", 3001)
        post = self.accept(call, Draft(text, f"AA{digest(self.next_id())[:20]}", place=band))
        return _ok({"band_key": band, "post_key": post.id})

    @route("GET /v2/band/posts")
    def posts(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        here = [post for post in own if post.place == call.text("band_key")]
        limit = min(100, int(call.text("limit") or 20))
        shown, onward = page(here, limit, call.text("after"))
        more = {"after": onward, "limit": str(limit)} if onward else None
        items = [self._shown(post) for post in shown]
        return _ok({"items": items, "paging": {"previous_params": None, "next_params": more}})

    @route("GET /v2.1/band/post")
    def read(self, call: Call) -> Answer:
        post = self.find(call.text("post_key"), call.text("band_key"))
        if post is None:
            raise self._no("Invalid Parameter", 60000)
        return _ok({"post": self._shown(post)})

    @route("POST /v2/band/post/remove")
    def remove(self, call: Call) -> Answer:
        post = self.find(call.text("post_key"), call.text("band_key"))
        if post is None:
            raise self._no("Invalid Parameter", 60000)
        self.ledger.delete(post)
        return _ok({"message": "success"})

    def _no(self, why: str, code: int) -> Refusal:
        return self.refuse(200, why, str(code))

    def _shown(self, post: AcceptedPost) -> Json:
        """Show a post as reads do: hashtags in tags of BAND's own."""
        marked = re.sub(r"#\w+", lambda tag: f"<band:hashtag>{tag[0]}</band:hashtag>", post.text)
        at = int(post.at.timestamp() * 1000)
        counts = self.metrics(post)
        told = {"emotion_count": counts.likes, "comment_count": counts.replies}
        return {
            **told,
            "post_key": post.id,
            "band_key": post.place,
            "content": marked,
            "created_at": at,
        }


def _ok(data: Json) -> Answer:
    return reply({"result_code": 1, "result_data": data})
