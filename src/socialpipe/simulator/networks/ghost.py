"""Ghost Admin API (TryGhost/Docs, read 2026-08)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Account, Call, digest
from socialpipe.simulator.ledger import AcceptedPost, Draft
from socialpipe.simulator.markup import Page
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, Request, reply

TOKEN_LIFE = 300  # longest life of a token, seconds
LONGEST = {"title": 255, "slug": 191, "custom_excerpt": 300, "feature_image_alt": 191}


class Ghost(Network):
    """Answers posts and images; checks everything of a token but its signature."""

    name = "ghost"
    title = "Ghost"
    prefix = "/ghost/api/admin"
    limits = Limits(10_000_000, Unit.CODEPOINTS, "github.com/TryGhost/Docs", "2026-11-23")

    def error(self, status: int, message: str, code: str = "") -> Answer:
        names = {401: "UnauthorizedError", 404: "NotFoundError", 422: "ValidationError"}
        kind = names.get(status, "InternalServerError" if status >= 500 else "BadRequestError")
        return reply({"errors": [{"message": message, "type": kind, "code": code or None}]}, status)

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        """Return the id of the key that signed the token."""
        del params
        return str(_part(request.bearer, 0).get("kid", "")) if request.bearer else ""

    def sign_in(self, call: Call) -> Account:
        claims = _part(call.request.bearer, 1) if call.token else {}
        made, ends = float(claims.get("iat", 0)), float(claims.get("exp", 0))
        alive = call.now - TOKEN_LIFE <= made <= call.now + 5 and call.now < ends
        if call.token and not (alive and ends - made <= TOKEN_LIFE):
            raise self.refuse(401, "Invalid token: jwt expired", "INVALID_JWT")
        if call.token and claims.get("aud") != "/admin/":
            raise self.refuse(401, "Invalid token: jwt audience invalid", "INVALID_JWT")
        return super().sign_in(call)

    @route("GET /site/", public=True)
    def site(self, call: Call) -> Answer:
        del call
        return reply({"site": {"title": "Simulator", "url": self.base, "version": "6.0"}})

    @route("POST /images/upload/", uploads=True)
    def upload(self, call: Call) -> Answer:
        file = call.request.files.get("file")
        media = self.hold(call, file.data) if file else None
        if media is None:
            return self.error(415, "Please select a valid image.")
        return reply({"images": [{"url": self.image_url(media), "ref": call.text("ref")}]}, 201)

    @route("POST /posts/", creates=True)
    def create(self, call: Call) -> Answer:
        """Publish; a slug that is taken gets a number, as a second post."""
        (post,) = call.list("posts")
        for field, most in LONGEST.items():
            if len(str(post.get(field) or "")) > most:
                return self.error(422, f"Validation failed for {field}.")
        if not post.get("title"):
            return self.error(422, "Validation failed for title.")
        source = str(post.get("html") or "") if call.text("source") == "html" else ""
        page, cover = Page(source), post.get("feature_image")
        images = [self.linked(cover, str(post.get("feature_image_alt") or ""))] if cover else []
        images += [self.linked(address, alt) for address, alt in page.images]
        draft = Draft(
            page.text,
            digest(self.next_id())[:24],
            tuple(images),
            key=self.free_slug(str(post.get("slug") or "untitled")),
            title=str(post["title"]),
            link=post.get("canonical_url"),
        )
        return reply({"posts": [self._shown(self.accept(call, draft))]}, 201)

    @route("GET /posts/")
    def posts(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        limit = int(call.text("limit") or 15)
        return reply({"posts": [self._shown(post) for post in own[:limit]]})

    @route("GET /posts/slug/{slug}/")
    def by_slug(self, call: Call) -> Answer:
        for post in self.ledger.own(self.name, call.account.name):
            if post.key == call.params["slug"]:
                return reply({"posts": [self._shown(post)]})
        return self.error(404, "Resource not found error, cannot read post.")

    @route("DELETE /posts/{id}/")
    def delete(self, call: Call) -> Answer:
        post = self.find(call.params["id"])
        if post is None:
            return self.error(404, "Resource not found error, cannot delete post.")
        self.ledger.delete(post)
        return Answer(204)

    def _shown(self, post: AcceptedPost) -> Json:
        at = post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        known = {"id": post.id, "slug": post.key, "url": self.url(post), "title": post.title}
        return {**known, "status": "published", "updated_at": at, "published_at": at}


def _part(token: str, place: int) -> Json:
    """Decode one part of a JWT; raises ValueError."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    packed = parts[place] + "=" * (-len(parts[place]) % 4)
    found: Json = json.loads(base64.urlsafe_b64decode(packed))
    return found
