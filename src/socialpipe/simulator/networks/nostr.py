"""A Nostr relay (nostr-protocol/nips, read 2026-07: NIP-01, 09, 10, 25, 92)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call, digest
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, Request, html, reply

NOTE, DELETION, REPOST, REACTION = 1, 5, 6, 7  # kinds
PREFIXES = {401: "restricted", 429: "rate-limited"}


class Nostr(Network):
    """Answers EVENT and REQ over a WebSocket; everybody has reacted to every note."""

    name = "nostr"
    title = "Nostr"
    limits = Limits(20_000, Unit.CODEPOINTS, "nostr-protocol/nips", "2026-11-23")

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base.replace("http", "ws", 1), ledger)
        self.events: Shelf[str, Json] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        if status >= 500:
            return html(message, status)  # no message of the protocol: the connection ends
        return reply([["OK", code, False, f"{PREFIXES.get(status, 'invalid')}: {message}"]])

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        """Whoever signs is who it is."""
        del params
        said = request.fields.get("", [])
        return str(said[1].get("pubkey", "")) if said[:1] == ["EVENT"] else ""

    @route("EVENT /", creates=True)
    def event(self, call: Call) -> Answer:
        event: Json = call.fields[""][1]
        if event.get("id") != _id(event) or len(str(event.get("sig"))) != 128:
            raise self._no("bad event id or signature")
        if event["id"] in self.events:
            return reply([["OK", event["id"], True, "duplicate: already have this event"]])
        if event["kind"] == DELETION:
            self._delete(call, event)
        elif event["kind"] == NOTE:
            self._publish(call, event)
        else:
            raise self._no("kind not taken")
        self.events[event["id"]] = event
        return reply([["OK", event["id"], True, ""]])

    @route("REQ /", public=True)
    def request(self, call: Call) -> Answer:
        _, name, wanted = call.fields[""][:3]
        known = [self.events[one] for one in wanted.get("ids", []) if self.find(one)]
        found = [*known, *self._reactions(wanted)]
        return reply([*(["EVENT", name, event] for event in found), ["EOSE", name]])

    @route("CLOSE /", public=True)
    def close(self, call: Call) -> Answer:
        del call
        return reply([])

    def url(self, post: AcceptedPost) -> str:
        """Show it where people can look."""
        return super().url(post).replace("ws", "http", 1)

    def _publish(self, call: Call, event: Json) -> None:
        if self.too_long(event["content"]):
            raise self._no("content is too long")
        images = tuple(self._image(tag[1:]) for tag in event["tags"] if tag[0] == "imeta")
        text = event["content"]
        for image in reversed(images):
            text = text.removesuffix(f"\n{image.id}")
        marks = {tag[3]: tag[1] for tag in event["tags"] if tag[0] == "e"}
        answered = marks.get("reply") or marks.get("root")
        self.accept(call, Draft(text, event["id"], images, answered))

    def _image(self, about: list[str]) -> Media:
        known = dict(entry.split(" ", 1) for entry in about)
        return self.linked(known["url"], known.get("alt", ""))

    def _delete(self, call: Call, event: Json) -> None:
        """Delete what its own author asks for (NIP-09)."""
        for tag in event["tags"]:
            if tag[0] == "e" and (post := self.mine(call, tag[1])):
                self.ledger.delete(post)

    def _reactions(self, wanted: Json) -> Iterator[Json]:
        for name in wanted.get("#e", []):
            if post := self.find(name):
                counts = self.metrics(post)
                made = {NOTE: counts.replies, REPOST: counts.reposts, REACTION: counts.likes}
                for kind in wanted.get("kinds", made):
                    for n in range(made.get(kind) or 0):
                        number = digest(f"{name} {kind} {n}")
                        yield {"id": number, "kind": kind, "content": "+", "tags": [["e", name]]}

    def _no(self, why: str) -> Refusal:
        return self.refuse(400, why)


def _id(event: Json) -> str:
    """Return the id that an event must have."""
    names = ("pubkey", "created_at", "kind", "tags", "content")
    whole = [0, *(event.get(name) for name in names)]
    packed = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(packed.encode()).hexdigest()
