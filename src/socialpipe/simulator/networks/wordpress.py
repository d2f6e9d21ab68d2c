"""WordPress REST API with application passwords (developer.wordpress.org, read 2025-06)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Shelf
from socialpipe.simulator.markup import Page
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, Request, reply

FILE = re.compile(r'attachment; filename="[\x20-\x7e]+"')


class WordPress(Network):
    """Answers posts, media, tags and users below /wp-json."""

    name = "wordpress"
    title = "WordPress"
    prefix = "/wp-json"
    limits = Limits(10_000_000, Unit.CODEPOINTS, "developer.wordpress.org", "2026-11-23")

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.tags: Shelf[str, int] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        names = {401: "incorrect_password", 404: "rest_no_route", 500: "internal_server_error"}
        known = code or names.get(status, "rest_invalid_param")
        return reply({"code": known, "message": message, "data": {"status": status}}, status)

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        """Return a user is an account, unless the password is a bad one."""
        del params
        user, _, password = base64.b64decode(request.bearer).decode().partition(":")
        return password if password.startswith("bad") or not password else user

    @route("GET /wp/v2/users/me")
    def me(self, call: Call) -> Answer:
        rights = {"publish_posts": True, "upload_files": True}
        who = {"id": int(call.account.id), "name": call.account.name, "link": self.base}
        return reply({**who, "capabilities": rights})

    @route("GET /wp/v2/tags")
    def find_tags(self, call: Call) -> Answer:
        wanted = call.text("search").casefold()
        found = [(name, number) for name, number in self.tags.items() if wanted in name.casefold()]
        return reply([{"id": number, "name": name} for name, number in found])

    @route("POST /wp/v2/tags")
    def create_tag(self, call: Call) -> Answer:
        name = call.text("name")
        if number := self.tags.get(name):
            exists = {"status": 400, "term_id": number}
            return reply({"code": "term_exists", "message": "It exists.", "data": exists}, 400)
        self.tags[name] = int(self.next_id())
        return reply({"id": self.tags[name], "name": name}, 201)

    @route("POST /wp/v2/media", uploads=True)
    def upload(self, call: Call) -> Answer:
        file, name = call.request.files.get("file"), call.request.headers.get("Content-Disposition")
        if file is None and not FILE.fullmatch(name or ""):
            return self.error(400, "No Content-Disposition.", "rest_upload_no_content_disposition")
        media = self.hold(call, file.data if file else call.request.body, call.text("alt_text"))
        if media is None:
            return self.error(500, "File type not permitted.", "rest_upload_unknown_error")
        return reply({"id": int(media.id), "source_url": self.image_url(media)}, 201)

    @route("POST /wp/v2/media/{id}")
    def describe(self, call: Call) -> Answer:
        media = self.uploaded(call, call.params["id"])
        if media is None:
            return self.error(404, "Invalid post ID.", "rest_post_invalid_id")
        self.keep(replace(media, alt=call.text("alt_text")))
        return reply({"id": int(media.id), "alt_text": call.text("alt_text")})

    @route("POST /wp/v2/posts", creates=True)
    def create(self, call: Call) -> Answer:
        """Publish; a slug that is taken gets a number, as a second post."""
        title, page = call.text("title"), Page(call.text("content"))
        if not title and not page.text:
            return self.error(400, "Content, title, and excerpt are empty.", "empty_content")
        if not set(call.list("tags")) <= set(self.tags.values()):
            return self.error(400, "Invalid parameter(s): tags")
        featured = self.uploaded(call, call.fields.get("featured_media", ""))
        if call.fields.get("featured_media") and featured is None:
            return self.error(400, "Invalid featured media ID.", "rest_invalid_featured_media")
        images = [featured] if featured else []
        images += [self.linked(source, alt) for source, alt in page.images]
        slug = self.free_slug(call.text("slug") or "post")
        draft = Draft(page.text, self.next_id(), tuple(images), key=slug, title=title)
        return reply(self._shown(self.accept(call, draft)), 201)

    @route("GET /wp/v2/posts")
    def by_slug(self, call: Call) -> Answer:
        wanted = call.text("slug")
        own = self.ledger.own(self.name, call.account.name)
        return reply([self._shown(post) for post in own if wanted in {"", post.key}])

    @route("DELETE /wp/v2/posts/{id}")
    def delete(self, call: Call) -> Answer:
        post = self.find(call.params["id"])
        if post is None:
            return self.error(404, "Invalid post ID.", "rest_post_invalid_id")
        self.ledger.delete(post)
        return reply({"deleted": True, "previous": self._shown(post)})

    def _shown(self, post: AcceptedPost) -> Json:
        at = post.at.strftime("%Y-%m-%dT%H:%M:%S")
        shown = {"id": int(post.id), "slug": post.key, "link": self.url(post), "date_gmt": at}
        return {**shown, "status": "publish", "title": {"raw": post.title}}
