"""Slack bots and incoming webhooks (docs.slack.dev, read 2026-11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html import unescape

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf, page
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, Request, reply

CODES = {401: "invalid_auth", 404: "unknown_method", 429: "ratelimited", 500: "internal_error"}
SECTION = 3000  # longest text of a section block
ALT = 1000  # longest alt_txt of an upload


class Slack(Network):
    """Answers /api/<method> (status 200 for refusals too) and /services/… webhooks."""

    name = "slack"
    title = "Slack"
    limits = Limits(40_000, Unit.UTF16, "docs.slack.dev", "2026-11-23", images=50)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.metadata: Shelf[str, Json] = Shelf()
        self.pending: Shelf[str, tuple[str, str]] = Shelf()  # owner and alt text, by file
        self._last_ts = 0.0

    def error(self, status: int, message: str, code: str = "") -> Answer:
        said = {"ok": False, "error": CODES.get(status, code or message)}
        return reply(said, status if status in {429, 500} else 200)

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        return params.get("hook") or request.bearer or str(request.fields.get("token", ""))

    @route("GET|POST /api/auth.test")
    def test(self, call: Call) -> Answer:
        who = {"user": call.account.name, "user_id": f"U{call.account.id}"}
        return _ok({**who, "url": self.base, "team": "simulator"})

    @route("POST /api/chat.postMessage", creates=True)
    def post(self, call: Call) -> Answer:
        post = self._publish(call, self._channel(call))
        return _ok({"channel": post.place, "ts": post.id, "message": self._shown(post)})

    @route("POST /services/{team}/{app}/{hook}", creates=True)
    def webhook(self, call: Call) -> Answer:
        try:
            self._publish(call, call.params["app"])
        except Refusal as refusal:
            reason = re.sub(rb'.*"error": "(\w+)".*', rb"\1", refusal.answer.body)
            return Answer(400, reason, "text/plain")
        return Answer(200, b"ok", "text/html")

    @route("GET|POST /api/conversations.history")
    def history(self, call: Call) -> Answer:
        return self._messages(call, lambda post: post.reply_to is None)

    @route("GET|POST /api/conversations.replies")
    def replies(self, call: Call) -> Answer:
        thread = call.text("ts")
        return self._messages(call, lambda post: thread in {post.id, post.reply_to})

    @route("GET|POST /api/chat.getPermalink")
    def permalink(self, call: Call) -> Answer:
        return _ok({"permalink": self.url(self._known(call, call.text("message_ts")))})

    @route("GET|POST /api/reactions.get")
    def reactions(self, call: Call) -> Answer:
        post = self._known(call, call.text("timestamp"))
        counts = self.metrics(post)
        told = {"reactions": [{"name": "heart", "count": counts.likes}]}
        return _ok({"message": {**self._shown(post), **told, "reply_count": counts.replies}})

    @route("POST /api/chat.delete")
    def delete(self, call: Call) -> Answer:
        post = self._known(call, call.text("ts"))
        self.ledger.delete(post)
        return _ok({"channel": post.place, "ts": post.id})

    @route("POST /api/files.getUploadURLExternal")
    def upload_url(self, call: Call) -> Answer:
        if not call.text("filename") or not call.text("length").isdecimal():
            raise self._no("invalid_arguments")
        if len(call.text("alt_txt")) > ALT:
            raise self._no("alt_txt_too_large")
        file = f"F{self.next_id()}"
        self.pending[file] = (call.account.id, call.text("alt_txt"))
        return _ok({"upload_url": f"{self.base}/upload/{file}", "file_id": file})

    @route("POST /upload/{file}", public=True, uploads=True)
    def upload(self, call: Call) -> Answer:
        owner, alt = self.pending.get(call.params["file"], ("", ""))
        data = next((f.data for f in call.request.files.values()), call.request.body)
        call = replace(call, account=replace(call.account, id=owner))
        if not owner or self.hold(call, data, alt, call.params["file"]) is None:
            return Answer(400, b"invalid file", "text/plain")
        return Answer(200, f"OK - {len(data)}".encode(), "text/plain")

    @route("POST /api/files.completeUploadExternal")
    def complete(self, call: Call) -> Answer:
        files = [file["id"] for file in call.list("files")]
        if not files or any(self.uploaded(call, file) is None for file in files):
            raise self._no("file_not_found")
        for file in files:
            self.pending.pop(file, None)
        return _ok({"files": [{"id": file} for file in files]})

    def _publish(self, call: Call, channel: str) -> AcceptedPost:
        blocks = call.list("blocks")
        sections = [self._section(block) for block in blocks if block["type"] == "section"]
        media = [self._image(call, block) for block in blocks if block["type"] == "image"]
        text = "\n".join(sections) if blocks else call.text("text")
        if not text and not media:
            raise self._no("no_text")
        if self.too_long(text):
            raise self._no("msg_too_long")
        thread = call.text("thread_ts") or None
        draft = Draft(unescape(text), self._ts(call.now), tuple(media), thread, place=channel)
        metadata = call.object("metadata")
        key = metadata.get("event_payload", {}).get("key")
        post = self.accept(call, replace(draft, key=key))
        self.metadata[post.id] = metadata
        return post

    def _section(self, block: Json) -> str:
        text = str(block["text"]["text"])
        if not 0 < self.length(text) <= SECTION:
            raise self._no("invalid_blocks")
        return text

    def _image(self, call: Call, block: Json) -> Media:
        """Return an image block shows an uploaded file or an address; alt text is a must."""
        if not block.get("alt_text"):
            raise self._no("invalid_blocks")
        if "image_url" in block:
            return Media(block["image_url"], "", 0, "", block["alt_text"])
        file = str(block["slack_file"]["id"])
        media = self.uploaded(call, file)
        if media is None or file in self.pending or media.ready_at > call.now:
            raise self._no("invalid_blocks")
        return replace(media, alt=block["alt_text"])

    def _ts(self, now: float) -> str:
        """Make a message's name: its time, never the same twice."""
        self._last_ts = max(now, self._last_ts + 0.000_001)
        return f"{self._last_ts:.6f}"

    def _channel(self, call: Call) -> str:
        channel = call.text("channel")
        if not re.fullmatch(r"[CGD][A-Z0-9]+|#[\w-]+", channel):
            raise self._no("channel_not_found")
        return channel

    def _known(self, call: Call, ts: str) -> AcceptedPost:
        post = self.find(ts, self._channel(call))
        if post is None:
            raise self._no("message_not_found")
        return post

    def _messages(self, call: Call, wanted: Callable[[AcceptedPost], bool]) -> Answer:
        here, oldest = self._channel(call), float(call.text("oldest") or 0)
        own = self.ledger.own(self.name, call.account.name)
        found = [p for p in own if p.place == here and wanted(p) and float(p.id) > oldest]
        cut, onward = page(found, int(call.text("limit") or 100), call.text("cursor"))
        shown = [self._shown(post) for post in cut]
        if call.text("include_all_metadata").lower() not in {"true", "1"}:
            shown = [{k: v for k, v in one.items() if k != "metadata"} for one in shown]
        more = {"response_metadata": {"next_cursor": onward}, "has_more": bool(onward)}
        return _ok({"messages": shown, **more})

    def _shown(self, post: AcceptedPost) -> Json:
        thread = {"thread_ts": post.reply_to} if post.reply_to else {}
        shown = {"type": "message", "ts": post.id, "text": post.text, **thread}
        return {**shown, "metadata": self.metadata.get(post.id, {})}

    def _no(self, code: str) -> Refusal:
        return self.refuse(200, code)


def _ok(data: Json) -> Answer:
    return reply({"ok": True, **data})
