"""Lemmy 0.19 (/api/v3) and 1.0 (/api/v4) (lemmy-js-client, read 2026-07)."""

from __future__ import annotations

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call, digest
from socialpipe.simulator.ledger import AcceptedPost, Draft
from socialpipe.simulator.markup import markdown
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, reply


class Lemmy(Network):
    """Answers post, community, user and image calls of both versions."""

    name = "lemmy"
    title = "Lemmy"
    prefix = "/api/v[34]"
    limits = Limits(50_000, Unit.CODEPOINTS, "lemmy-js-client", "2026-11-23", images=1, alt=1500)

    def error(self, status: int, message: str, code: str = "") -> Answer:
        names = {401: "not_logged_in", 404: "couldnt_find_post", 500: "internal_server_error"}
        return reply({"error": code or names.get(status, "unknown"), "message": message}, status)

    def throttled(self, seconds: int, now: float) -> Answer:
        del seconds, now  # Lemmy names no time
        return self.error(400, "", "rate_limit_error")

    @route("GET /site", public=True)
    def site(self, call: Call) -> Answer:
        del call
        return reply({"version": "0.19.12", "site_view": {"site": {"name": "Simulator"}}})

    @route("POST /user/login", public=True)
    def login(self, call: Call) -> Answer:
        name, password = call.text("username_or_email"), call.text("password")
        if not name or not password or password.startswith("bad"):
            return self.error(401, "", "incorrect_login")
        return reply({"jwt": self.account(name).name})

    @route("GET /community")
    def community(self, call: Call) -> Answer:
        name = call.text("name")
        if not name:
            return self.error(404, "", "couldnt_find_community")
        number = int(digest(name)[:6], 16) + 1
        return reply({"community_view": {"community": {"id": number, "name": name}}})

    @route("POST /pictrs/image", uploads=True)
    def upload_old(self, call: Call) -> Answer:
        file = call.request.files.get("images[]")
        media = self.hold(call, file.data) if file else None
        if media is None:
            return self.error(400, "", "pictrs_response_error")
        return reply({"msg": "ok", "files": [{"file": media.id, "delete_token": "t"}]}, 201)

    @route("POST /image", uploads=True)
    def upload(self, call: Call) -> Answer:
        file = call.request.files.get("image")
        media = self.hold(call, file.data) if file else None
        if media is None:
            return self.error(400, "", "pictrs_response_error")
        return reply({"image_url": f"{self.base}/pictrs/image/{media.id}", "filename": media.id})

    @route("POST /post", creates=True)
    def create(self, call: Call) -> Answer:
        title, body = call.text("name").strip(), call.text("body")
        if not 3 <= len(title) <= 200 or "\n" in title:
            raise self._no("invalid_post_title")
        if self.too_long(body):
            raise self._no("invalid_body_field")
        url, alt = call.text("url"), call.text("alt_text")
        if len(url) > 2000 or (url and not url.startswith(("http://", "https://"))):
            raise self._no("invalid_url")
        if len(alt) > (self.limits.alt or 0):
            raise self._no("alt_text_length_overflow")
        ours = self.uploaded(call, url.rpartition("/")[2])
        text, images = markdown(body)
        shown = [(self.image_url(ours), alt), *images] if ours else images
        media = tuple(self.linked(*image) for image in shown)
        place, link = str(int(call.text("community_id"))), None if ours else url or None
        draft = Draft(text, self.next_id(), media, place=place, title=title, link=link)
        return reply({"post_view": self._shown(self.accept(call, draft))})

    @route("GET /post")
    def read(self, call: Call) -> Answer:
        post = self.mine(call, call.text("id"))
        if post is None:
            raise self._no("couldnt_find_post")
        return reply({"post_view": self._shown(post)})

    @route("GET /user")
    def user(self, call: Call) -> Answer:
        own = self.ledger.own(self.name, call.account.name)
        limit = min(50, int(call.text("limit") or 10))
        start = (int(call.text("page") or 1) - 1) * limit
        shown = [self._shown(post) for post in own[start : start + limit]]
        person = {"person": {"id": int(call.account.id), "name": call.account.name}}
        return reply({"person_view": person, "posts": shown})

    @route("DELETE /post")
    @route("POST /post/delete")
    def delete(self, call: Call) -> Answer:
        post = self.mine(call, call.text("post_id"))
        if post is None:
            raise self._no("couldnt_find_post")
        self.ledger.delete(post)
        return reply({"post_view": self._shown(post)})

    def _no(self, code: str) -> Refusal:
        return self.refuse(400, "", code)

    def _shown(self, post: AcceptedPost) -> Json:
        at = post.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        shown = {"id": int(post.id), "name": post.title, "body": post.text, "url": post.link}
        where = {"ap_id": self.url(post), "published": at, "community_id": int(post.place)}
        counts = self.metrics(post)
        told = {"score": counts.likes, "comments": counts.replies}
        return {"post": {**shown, **where, **told}, "counts": told}
