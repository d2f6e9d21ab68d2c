"""Blogger v3 (Google discovery document, revision 20260707)."""

from __future__ import annotations

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, page
from socialpipe.simulator.markup import Page
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, reply

LABELS = 200  # characters of all labels together


class Blogger(Network):
    """Answers for any blog number, as a blog of the caller."""

    name = "blogger"
    title = "Blogger"
    prefix = "/v3"
    first_id = 8_000_000_000_000_000_000
    limits = Limits(10_000_000, Unit.CODEPOINTS, "blogger.googleapis.com", "2026-11-23")

    def error(self, status: int, message: str, code: str = "") -> Answer:
        names = {401: "authError", 403: "forbidden", 404: "notFound", 500: "backendError"}
        reason = {"reason": code or names.get(status, "invalid"), "message": message}
        return reply({"error": {"code": status, "message": message, "errors": [reason]}}, status)

    def throttled(self, seconds: int, now: float) -> Answer:
        answer = super().throttled(seconds, now)
        busy = self.error(403, "Rate Limit Exceeded", "rateLimitExceeded")
        return Answer(403, busy.body, busy.mime, answer.headers)

    @route("GET /blogs/{blog}")
    def blog(self, call: Call) -> Answer:
        return reply({"id": call.params["blog"], "name": call.account.name, "url": self.base})

    @route("POST /blogs/{blog}/posts", creates=True)
    def create(self, call: Call) -> Answer:
        if len(",".join(call.list("labels"))) > LABELS:
            return self.error(400, "Labels are too long")
        page = Page(call.text("content"))
        media = tuple(self.linked(source, alt) for source, alt in page.images)
        place, title = call.params["blog"], call.text("title")
        draft = Draft(page.text, self.next_id(), media, place=place, title=title)
        return reply(self._shown(self.accept(call, draft)))

    @route("GET /blogs/{blog}/posts")
    def posts(self, call: Call) -> Answer:
        """List posts; an empty list is no list."""
        own = self.ledger.own(self.name, call.account.name)
        here = [post for post in own if post.place == call.params["blog"]]
        cut, onward = page(here, int(call.text("maxResults") or 10), call.text("pageToken"))
        found = {"items": [self._shown(post) for post in cut]} if cut else {}
        more = {"nextPageToken": onward} if onward else {}
        return reply({"kind": "blogger#postList", **found, **more})

    @route("DELETE /blogs/{blog}/posts/{post}")
    def delete(self, call: Call) -> Answer:
        post = self.find(call.params["post"], call.params["blog"])
        if post is None:
            return self.error(404, "Not Found")
        self.ledger.delete(post)
        return Answer(204)

    def _shown(self, post: AcceptedPost) -> Json:
        at = post.at.isoformat(timespec="seconds")
        known = {"id": post.id, "title": post.title, "url": self.url(post)}
        return {**known, "published": at, "status": "LIVE"}
