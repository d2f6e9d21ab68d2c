"""Reddit (PRAW 8 and reddit.com/dev/api, read 2026-05)."""

from __future__ import annotations

import re
from dataclasses import replace

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Account, Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf, page
from socialpipe.simulator.markup import markdown
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, reply

AGENT = re.compile(r"\S+:\S+:\S+ \(by /u/\S+\)")
GALLERY = 20  # images
TITLE = 300


class Reddit(Network):
    """Answers submit, comment, delete and read calls; refusals to submit have status 200."""

    name = "reddit"
    title = "Reddit"
    limits = Limits(40_000, Unit.CODEPOINTS, "reddit.com/dev/api", "2026-11-23", images=0)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.leases: Shelf[str, Account] = Shelf()  # who may put an image there, by its key

    def error(self, status: int, message: str, code: str = "") -> Answer:
        del code
        return reply({"message": message, "error": status}, status)

    def throttled(self, seconds: int, now: float) -> Answer:
        del now
        wait = f"{seconds} seconds" if seconds < 60 else f"{-(-seconds // 60)} minutes"
        return _no(
            "RATELIMIT", f"Looks like you've been doing that a lot. Take a break for {wait}."
        )

    def sign_in(self, call: Call) -> Account:
        """Block clients that do not say who they are."""
        if not AGENT.fullmatch(call.request.headers.get("User-Agent", "")):
            raise self.refuse(403, "blocked by network security")
        return super().sign_in(call)

    @route("GET /api/v1/me")
    def me(self, call: Call) -> Answer:
        return reply({"id": call.account.id, "name": call.account.name})

    @route("POST /api/submit", creates=True)
    def submit(self, call: Call) -> Answer:
        sub, url = call.text("sr"), call.text("url")
        if trouble := self._trouble(call):
            return trouble
        if call.text("kind") == "image":
            return self._image_post(call)
        draft = Draft(
            markdown(call.text("text"))[0],
            f"t3_{self.next_id()}",
            place=sub,
            title=call.text("title"),
            link=url or None,
        )
        post = self.accept(call, draft)
        data = {"id": post.id[3:], "name": post.id, "url": self.url(post)}
        return reply({"json": {"errors": [], "data": data}})

    def _trouble(self, call: Call) -> Answer | None:
        title, text, url = call.text("title"), call.text("text"), call.text("url")
        sub, kind = call.text("sr"), call.text("kind")
        if not sub or sub.startswith("missing"):
            return _no("SUBREDDIT_NOEXIST", "that subreddit doesn't exist", "sr")
        if not title:
            return _no("NO_TEXT", "we need something here", "title")
        if len(title) > TITLE or self.too_long(text):
            return _no("TOO_LONG", "this is too long", "title" if len(title) > TITLE else "text")
        if kind not in {"self", "link", "image"} or (kind == "self") is bool(url):
            return _no("NO_URL" if kind == "link" else "INVALID_OPTION", "check the kind", "kind")
        if kind == "link" and call.text("resubmit") == "false" and self._submitted(sub, url):
            return _no("ALREADY_SUB", "that link has already been submitted", "url")
        return None

    @route("GET /api/info")
    def info(self, call: Call) -> Answer:
        post = self.mine(call, call.text("id"))
        children = [{"kind": "t3", "data": self._shown(post)}] if post else []
        return reply({"data": {"children": children}})

    @route("POST /api/media/asset.json")
    def lease(self, call: Call) -> Answer:
        asset = f"asset{self.next_id()}"
        key = f"rte_images/{asset}"
        self.leases[key] = call.account
        place = f"{self.base}/store".partition(":")[2]
        fields = [{"name": "key", "value": key}]
        return reply({"args": {"action": place, "fields": fields}, "asset": {"asset_id": asset}})

    @route("POST /store", public=True, uploads=True)
    def store(self, call: Call) -> Answer:
        file, key = call.request.files["file"], call.text("key")
        call = replace(call, account=self.leases[key])
        media = self.hold(call, file.data, media_id=key.rpartition("/")[2])
        return Answer(201) if media else Answer(400)

    @route("POST /api/submit_gallery_post.json", creates=True)
    def gallery(self, call: Call) -> Answer:
        items, sub = call.list("items"), call.text("sr")
        found = [(self.uploaded(call, i["media_id"]), str(i["caption"])) for i in items]
        images = tuple(replace(media, alt=alt) for media, alt in found if media)
        if not 2 <= len(items) <= GALLERY or len(images) < len(items):
            return _no("INVALID_OPTION", "check the images", "items")
        return self._named(call, sub, images)

    def _named(self, call: Call, sub: str, images: tuple[Media, ...]) -> Answer:
        draft = Draft("", f"t3_{self.next_id()}", images, place=sub, title=call.text("title"))
        post = self.accept(call, draft)
        url = f"{self.base}/comments/{post.id[3:]}/"
        return reply({"json": {"errors": [], "data": {"url": url}}})

    def _image_post(self, call: Call) -> Answer:
        """Publish an image; its number would arrive by a websocket."""
        media = self.uploaded(call, call.text("url").rpartition("/")[2])
        if media is None:
            return _no("BAD_URL", "that is no image of yours", "url")
        self._named(call, call.text("sr"), (media,))
        return reply({"json": {"errors": [], "data": {"websocket_url": "wss://example.com/x"}}})

    @route("POST /api/comment")
    def comment(self, call: Call) -> Answer:
        number, parent = f"t1_{self.next_id()}", call.text("thing_id")
        self.accept(call, Draft(call.text("text"), number, reply_to=parent))
        return reply({"json": {"errors": [], "data": {"things": [{"data": {"name": number}}]}}})

    @route("POST /api/del")
    def delete(self, call: Call) -> Answer:
        if post := self.mine(call, call.text("id")):
            self.ledger.delete(post)
        return reply({})

    @route("GET /user/{name}/submitted")
    def submitted(self, call: Call) -> Answer:
        """List the caller's posts, whatever the name: one token, one account."""
        own = self.ledger.own(self.name, call.account.name)
        found = [post for post in own if post.id.startswith("t3_")]
        limit = min(100, int(call.text("limit") or 25))
        shown, onward = page(found, limit, call.text("after"))
        children = [{"kind": "t3", "data": self._shown(post)} for post in shown]
        return reply({"data": {"children": children, "after": onward or None}})

    def _submitted(self, sub: str, url: str) -> bool:
        posts = self.ledger.posts(self.name)
        return any(post.place == sub and post.link == url and not post.deleted for post in posts)

    def _shown(self, post: AcceptedPost) -> Json:
        known = {"name": post.id, "title": post.title, "selftext": post.text}
        at: Json = {"created_utc": post.at.timestamp(), "subreddit": post.place}
        counts = self.metrics(post)
        at |= {"score": counts.likes, "num_comments": counts.replies, "view_count": None}
        return {**known, **at, "url": post.link or self.url(post)}


def _no(code: str, why: str, field: str = "ratelimit") -> Answer:
    return reply({"json": {"errors": [[code, why, field]]}})
