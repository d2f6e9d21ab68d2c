"""Pinterest v5 (OpenAPI 5.23.0)."""

from __future__ import annotations

import base64
from dataclasses import replace

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Media, page
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, reply

LONGEST = {"title": 100, "description": 800, "alt_text": 500, "link": 2048}


class Pinterest(Network):
    """Answers pin and board calls; every board number is the caller's own."""

    name = "pinterest"
    title = "Pinterest"
    prefix = "/v5"
    first_id = 1_100_000_000_000_000_000
    limits = Limits(800, Unit.CODEPOINTS, "developers.pinterest.com", "2026-11-23", images=5)

    def error(self, status: int, message: str, code: str = "") -> Answer:
        number = int(code) if code.isdecimal() else {401: 2, 404: 50, 429: 8}.get(status, 1)
        return reply({"code": number, "message": message}, status)

    def unauthorized(self) -> Answer:
        return self.error(401, "Authentication failed.")

    @route("GET /user_account")
    def me(self, call: Call) -> Answer:
        return reply({"id": call.account.id, "username": call.account.name})

    @route("GET /boards")
    def boards(self, call: Call) -> Answer:
        return reply({"items": [{"id": call.account.id, "name": "Board"}], "bookmark": None})

    @route("GET /boards/{board}")
    def board(self, call: Call) -> Answer:
        return reply({"id": call.params["board"], "name": "Board"})

    @route("POST /pins", creates=True)
    def create(self, call: Call) -> Answer:
        for name, most in LONGEST.items():
            if len(call.text(name)) > most:
                raise self._no(f"Invalid request: {name} is too long.")
        if not call.text("board_id").isdecimal():
            raise self._no("Invalid request: board_id does not match '^\\\\d+$'")
        media = self._images(call, call.object("media_source"))
        draft = Draft(
            call.text("description"),
            self.next_id(),
            tuple(replace(image, alt=call.text("alt_text")) for image in media),
            place=call.text("board_id"),
            title=call.text("title") or None,
            link=call.text("link") or None,
        )
        return reply(self._shown(self.accept(call, draft)), 201)

    @route("GET /pins")
    @route("GET /boards/{board}/pins")
    def pins(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        here = [post for post in own if call.params.get("board") in {None, post.place}]
        size = min(250, int(call.text("page_size") or 25))
        shown, onward = page(here, size, call.text("bookmark"))
        return reply({"items": [self._shown(post) for post in shown], "bookmark": onward or None})

    @route("GET /pins/{pin}")
    def read(self, call: Call) -> Answer:
        return reply(self._shown(self._known(call)))

    @route("GET /pins/{pin}/analytics")
    def count(self, call: Call) -> Answer:
        counts = self.metrics(self._known(call))
        told = {"IMPRESSION": counts.views, "SAVE": counts.saves, "OUTBOUND_CLICK": counts.clicks}
        return reply({"all": {"summary_metrics": told}})

    @route("DELETE /pins/{pin}")
    def delete(self, call: Call) -> Answer:
        self.ledger.delete(self._known(call))
        return Answer(204)

    def _known(self, call: Call) -> AcceptedPost:
        post = self.mine(call, call.params["pin"])
        if post is None:
            raise self.refuse(404, "Pin not found.")
        return post

    def _images(self, call: Call, source: Json) -> tuple[Media, ...]:
        """One image, or a carousel of 2 to 5, as bytes or by address."""
        kind = str(source.get("source_type", ""))
        items = source.get("items") or [] if kind.startswith("multiple_") else [source]
        if kind.startswith("multiple_") and not 2 <= len(items) <= 5:
            raise self._no("Invalid request: a carousel takes 2 to 5 images.")
        if kind.endswith("image_base64"):
            made = [self.hold(call, base64.b64decode(item["data"])) for item in items]
        elif kind.endswith(("image_url", "image_urls")):
            made = [self.fetched(call, str(item["url"])) for item in items]
        else:
            raise self._no("Invalid request: source_type is unknown.")
        if None in made:
            raise self._no("Unable to reach the URL or to read the image.")
        return tuple(image for image in made if image)

    def _no(self, why: str) -> Refusal:
        return self.refuse(400, why)

    def _shown(self, post: AcceptedPost) -> Json:
        at = post.at.strftime("%Y-%m-%dT%H:%M:%S")
        known = {"id": post.id, "board_id": post.place, "link": post.link, "created_at": at}
        return {**known, "title": post.title, "description": post.text}
