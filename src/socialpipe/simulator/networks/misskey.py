"""Misskey (misskey-js 2026.5 types and server source)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, Request, reply

CODES = {
    401: "AUTHENTICATION_FAILED",
    404: "UNKNOWN_API_ENDPOINT",
    429: "RATE_LIMIT_EXCEEDED",
    500: "INTERNAL_ERROR",
}


class Misskey(Network):
    """Answers /api/notes, /api/drive and /api/users, all of them POST."""

    name = "misskey"
    title = "Misskey"
    limits = Limits(3000, Unit.UTF16, "misskey-js", "2026-11-23", images=16, alt=512)

    def error(self, status: int, message: str, code: str = "") -> Answer:
        kind = "server" if status >= 500 else "client"
        said = {"message": message, "code": code or CODES.get(status, "INVALID_PARAM")}
        return reply({"error": {**said, "id": "00000000-sim", "kind": kind}}, status)

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        del params
        return request.bearer or str(request.fields.get("i", ""))

    @route("POST /api/i")
    def me(self, call: Call) -> Answer:
        return reply({"id": call.account.id, "username": call.account.name})

    @route("POST /api/meta", public=True)
    def meta(self, call: Call) -> Answer:
        del call
        return reply({"maxNoteTextLength": self.limits.text, "version": "2026.5.1"})

    @route("POST /api/drive/files/create", uploads=True)
    def upload(self, call: Call) -> Answer:
        file, alt = call.request.files.get("file"), call.text("comment")
        if len(alt) > (self.limits.alt or 0):
            raise self._no("INVALID_PARAM")
        media = self.hold(call, file.data, alt) if file else None
        if media is None:
            raise self._no("INAPPROPRIATE")
        url = self.image_url(media)
        return reply({"id": media.id, "url": url, "size": media.size, "comment": media.alt or None})

    @route("POST /api/notes/create", creates=True)
    def create(self, call: Call) -> Answer:
        text, wanted = call.text("text"), call.list("fileIds")
        media = tuple(found for one in wanted if (found := self.uploaded(call, one)))
        if len(media) < len(wanted) or len(set(wanted)) < len(wanted):
            raise self._no("NO_SUCH_FILE")
        if len(media) > self.limits.images or self.too_long(text):
            raise self._no("INVALID_PARAM")
        if not text.strip() and not media:
            raise self._no("CONTENT_REQUIRED")
        parent = call.text("replyId") or None
        if parent and self.find(parent) is None:
            raise self._no("NO_SUCH_REPLY_TARGET")
        draft = Draft(text, self.next_id(), media, parent, title=call.text("cw") or None)
        return reply({"createdNote": self._shown(self.accept(call, draft))})

    @route("POST /api/users/notes")
    def timeline(self, call: Call) -> Answer:
        own = self.own(call.text("userId")) or []
        replies = bool(call.fields.get("withReplies"))
        before = int(call.text("untilId") or self._last_id + 1)
        wanted = [post for post in own if replies or not post.reply_to]
        found = [self._shown(post) for post in wanted if int(post.id) < before]
        return reply(found[: min(100, int(call.text("limit") or 10))])

    @route("POST /api/notes/show")
    def read(self, call: Call) -> Answer:
        return reply(self._shown(self._known(call)))

    @route("POST /api/notes/delete")
    def delete(self, call: Call) -> Answer:
        self.ledger.delete(self._known(call))
        return Answer(204)

    def _known(self, call: Call) -> AcceptedPost:
        post = self.find(call.text("noteId"))
        if post is None or post.account != call.account.name:
            raise self._no("NO_SUCH_NOTE")
        return post

    def _no(self, code: str) -> Refusal:
        return self.refuse(400, code.replace("_", " ").capitalize(), code)

    def throttled(self, seconds: int, now: float) -> Answer:
        del now
        answer = self.error(429, "Rate limit exceeded. Please try again later.")
        return replace(answer, headers={"Retry-After": str(seconds)})

    def _shown(self, post: AcceptedPost) -> Json:
        at = post.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        shown: Json = {"id": post.id, "createdAt": at, "text": post.text, "replyId": post.reply_to}
        counts = self.metrics(post)
        shown |= {"reactionCount": counts.likes, "renoteCount": counts.reposts}
        shown["repliesCount"] = counts.replies
        return {**shown, "fileIds": [media.id for media in post.media]}
