"""Threads (developers.facebook.com/docs/threads, read 2026-04)."""

from __future__ import annotations

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.graph import Graph
from socialpipe.simulator.ledger import AcceptedPost, Draft
from socialpipe.simulator.network import route
from socialpipe.simulator.wire import Answer, reply
from socialpipe.text.entities import urls

LINKS = 5  # most different links of a post, since 2025-12


class Threads(Graph):
    """Answers container, publish, status and read calls for text, images and carousels."""

    name = "threads"
    title = "Threads"
    first_id = 18_000_000_000_000_000
    limits = Limits(
        500, Unit.CODEPOINTS, "developers.facebook.com/docs/threads", "2026-11-23", images=20
    )

    @route("GET /me")
    def me(self, call: Call) -> Answer:
        return reply({"id": call.account.id, "username": call.account.name})

    @route("POST /{owner}/threads", uploads=True)
    def create(self, call: Call) -> Answer:
        self.check_owner(call)
        text, kind = call.text("text"), call.text("media_type")
        if self.length(text) > self.limits.text:
            raise self.invalid("Param text must be at most 500 characters long.")
        if len({url.text for url in urls(text, bare=False)}) > LINKS:
            raise self.invalid("THREADS_API__LINK_LIMIT_EXCEEDED")
        if kind == "TEXT" and text:
            return self.contain(call, text, ())
        if kind == "IMAGE":
            return self.contain(call, text, self.image(call))
        if kind == "CAROUSEL":
            return self.contain(call, text, self.children(call))
        raise self.invalid("Param media_type must be one of TEXT, IMAGE, CAROUSEL.")

    @route("POST /{owner}/threads_publish", creates=True)
    def publish(self, call: Call) -> Answer:
        self.check_owner(call)
        made = self.release(call)
        draft = Draft(made.text, self.next_id(), made.media, made.reply_to)
        return reply({"id": self.accept(call, draft).id})

    @route("GET /{owner}/threads")
    def timeline(self, call: Call) -> Answer:
        return self._own(call, replies=False)

    @route("GET /{owner}/replies")
    def replies(self, call: Call) -> Answer:
        return self._own(call, replies=True)

    @route("GET /{node}")
    def read(self, call: Call) -> Answer:
        return reply(self.node(call))

    @route("GET /{node}/insights")
    def count(self, call: Call) -> Answer:
        same = ("views", "likes", "replies", "reposts", "quotes")
        return self.insights(call, dict(zip(same, same, strict=True)))

    @route("DELETE /{node}")
    def remove(self, call: Call) -> Answer:
        return self.delete(call)

    def length(self, text: str) -> int:
        """Count characters, an emoji as its UTF-8 bytes."""
        import regex

        emoji = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")
        clusters = regex.findall(r"\X", text)
        return sum(len(c.encode()) if emoji.search(c) else len(c) for c in clusters)

    def _own(self, call: Call, *, replies: bool) -> Answer:
        self.check_owner(call)
        own = self.ledger.own(self.name, call.account.name)
        return self.listed(call, [post for post in own if bool(post.reply_to) is replies])

    def shown(self, post: AcceptedPost) -> Json:
        return {**super().shown(post), "text": post.text}
