"""Misskey, Sharkey and their family (misskey-js 2026.5.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from socialpipe.errors import PlatformError, Throttled, Unauthorized
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import RENEW, Answer, dig, wait, word
from socialpipe.platforms.base import Field, Gone, Identity, PartRequest, Platform, attachment
from socialpipe.platforms.lookback import by_last, look_back
from socialpipe.platforms.readback import Seen, count, moment

DEAD = {
    *("CREDENTIAL_REQUIRED", "AUTHENTICATION_FAILED", "PERMISSION_DENIED"),
    *("YOUR_ACCOUNT_SUSPENDED", "YOUR_ACCOUNT_MOVED"),
}


class Misskey(Platform):
    name = "misskey"
    title = "Misskey"
    api_base = ""  # every account lives on an instance
    limits = Limits(
        text=3000,  # MAX_NOTE_TEXT_LENGTH; an instance may allow more or less
        unit=Unit.UTF16,
        source="misskey-js 2026.5.1 types; misskey notes/create",
        checked="2026-05-31",
        hashtags=4,
        warning=100,  # cw
        images=16,  # fileIds
        image_bytes=10_000_000,
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt=512,  # DB_MAX_IMAGE_COMMENT_LENGTH, code points
        card=(1200, 675),
    )
    recovery = Recovery(read_back=True)
    fields = (
        Field("token", "token: read:account write:notes write:drive", secret=True),
        Field("visibility", "public, home, followers (public)", required=False),
    )

    def judge(self, answer: Answer) -> PlatformError | None:
        code = answer.word("error", "code")
        if code in DEAD:
            return Unauthorized(f"The server says {code}.", RENEW, status=answer.status)
        if code == "RATE_LIMIT_EXCEEDED":
            return Throttled("Too many notes for now.", seconds=wait(answer), status=answer.status)
        if code == "NO_SUCH_NOTE":
            return Gone("The server has no such note.", status=answer.status)
        return None

    def check(self) -> Identity:
        me = self.call("POST", "/api/i", json={})
        name = me.word("username")
        return Identity(me.id("id"), name, f"{self.base}/@{name}")

    def own_limits(self) -> Limits:
        told = self.call("POST", "/api/meta", json={"detail": True})
        return replace(self.limits, text=told.number("maxNoteTextLength") or self.limits.text)

    def upload(self, card: Card) -> Json:
        file = attachment(card)
        about = {"name": file[0], "comment": card.alt}
        path = "/api/drive/files/create"
        answer = self.call("POST", path, data=about, files={"file": file})
        return {"id": answer.id("id")}

    def publish(self, request: PartRequest) -> Receipt:
        note: Json = {"text": request.text, "visibility": self.setting("visibility", "public")}
        if request.uploads:
            note["fileIds"] = [upload["id"] for upload in request.uploads]
        if request.warning:
            note["cw"] = request.warning
        if request.parent:
            note["replyId"] = request.parent.id
        answer = self.call("POST", "/api/notes/create", creates=True, json=note)
        receipt = self._receipt(answer.id("createdNote", "id"))
        return replace(receipt, text=answer.word("createdNote", "text") or None)

    def find(self, request: PartRequest) -> Receipt | None:
        newest: Json = {"userId": self.check().id, "limit": 100, "withReplies": True}
        return look_back(
            request,
            lambda more: self.call("POST", "/api/users/notes", json=newest | more),
            lambda page: map(self._seen, page.items()),
            by_last("untilId"),
        )

    def delete(self, receipt: Receipt) -> None:
        self.remove("POST", "/api/notes/delete", json={"noteId": receipt.id})

    def metrics(self, receipt: Receipt) -> Metrics:
        note = self.call("POST", "/api/notes/show", json={"noteId": receipt.id})
        return Metrics(
            likes=note.number("reactionCount"),
            reposts=note.number("renoteCount"),
            replies=note.number("repliesCount"),
        )

    def _seen(self, note: Any) -> Seen:
        receipt = self._receipt(word(note, "id"))
        at = moment(dig(note, "createdAt"))
        return Seen(receipt, word(note, "text"), at, count(note, "fileIds"))

    def _receipt(self, number: str) -> Receipt:
        return Receipt(number, f"{self.base}/notes/{number}")
