"""Forem, as dev.to (forem swagger v1 and issues, read 2026-08)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft
from socialpipe.simulator.markup import markdown
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, Request, reply

TITLE_REST = 300  # seconds in which a title cannot be used again


class Forem(Network):
    """Answers /api/articles and /api/users."""

    name = "forem"
    title = "Forem"
    first_id = 3_000_000
    limits = Limits(800_000, Unit.CODEPOINTS, "developers.forem.com", "2026-11-23", images=1)

    def error(self, status: int, message: str, code: str = "") -> Answer:
        del code
        return reply({"error": message, "status": status}, status)

    def unauthorized(self) -> Answer:
        return self.error(401, "unauthorized")

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        del params
        return request.headers.get("api-key", "")

    @route("GET /api/users/me")
    def me(self, call: Call) -> Answer:
        return reply({"id": int(call.account.id), "username": call.account.name})

    @route("POST /api/articles", creates=True)
    def create(self, call: Call) -> Answer:
        article = call.object("article")
        title, body = str(article.get("title") or ""), str(article.get("body_markdown") or "")
        self._check(title, article.get("tags") or [])
        self._check_taken(call, title, body, article.get("canonical_url"))
        text, images = markdown(body)
        cover = [(article["main_image"], "")] if article.get("main_image") else []
        media = tuple(self.linked(address, alt) for address, alt in [*cover, *images])
        link = article.get("canonical_url")
        draft = Draft(text, self.next_id(), media, key=body, title=title, link=link)
        return reply(self._shown(self.accept(call, draft)), 201)

    @route("GET /api/articles/me/all")
    def articles(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        size = min(1000, int(call.text("per_page") or 30))
        start = (int(call.text("page") or 1) - 1) * size
        return reply([self._shown(post) for post in own[start : start + size]])

    @route("PUT /api/articles/{id}")
    def unpublish(self, call: Call) -> Answer:
        """Return authors cannot delete, only unpublish."""
        post = self.find(call.params["id"])
        if post is None or post.account != call.account.name:
            return self.error(404, "not found")
        if call.object("article").get("published") is False:
            self.ledger.delete(post)
        return reply(self._shown(post))

    def _check(self, title: str, tags: list[str]) -> None:
        if not title or len(title) > 128:
            raise self._no("Title is too long (maximum is 128 characters)")
        if len(tags) > 4:
            raise self._no("Tag list exceed the maximum of 4 tags")
        for tag in tags:
            if not re.fullmatch(r"[^\W_]+", tag):
                raise self._no(f'Tag "{tag}" contains non-alphanumeric or prohibited unicode')

    def _check_taken(self, call: Call, title: str, body: str, canonical: str | None) -> None:
        for post in self.ledger.own(self.name, call.account.name):
            if post.title == title and call.now - post.at.timestamp() < TITLE_REST:
                raise self._no("Title has already been used in the last five minutes")
            if post.key == body:
                raise self._no("Body markdown has already been taken")
            if canonical and post.link == canonical:
                raise self._no("Canonical url has already been taken")

    def _no(self, why: str) -> Refusal:
        return self.refuse(422, why)

    def _shown(self, post: AcceptedPost) -> Json:
        at = post.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        counts = self.metrics(post)
        told = {"page_views_count": counts.views, "public_reactions_count": counts.likes}
        known = {**told, "comments_count": counts.replies, "body_markdown": post.key}
        known |= {"id": int(post.id), "title": post.title, "url": self.url(post)}
        return {**known, "canonical_url": post.link or self.url(post), "published_at": at}
