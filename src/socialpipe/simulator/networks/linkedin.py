"""LinkedIn versioned REST (learn.microsoft.com, read 2026-08; error bodies from reports)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Account, Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.markup import little_text
from socialpipe.simulator.network import Network, route
from socialpipe.simulator.wire import Answer, reply

MEMBER_METRICS = {
    "IMPRESSION": "views",
    "REACTION": "likes",
    "RESHARE": "reposts",
    "COMMENT": "replies",
}
MONTHS = 12  # a version is served so long
AUTHOR = re.compile(r"urn:li:(person|organization):[\w-]+")
ALT = 4086  # longest altText, characters; not documented


class LinkedIn(Network):
    """Answers posts, images and comments for any author that a token names."""

    name = "linkedin"
    title = "LinkedIn"
    first_id = 7_390_000_000_000_000_000
    limits = Limits(3000, Unit.UTF16, "learn.microsoft.com", "2026-11-23", images=20)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.said: Shelf[tuple[str, str], str] = Shelf()
        self.awaited: Shelf[str, Account] = Shelf()  # uploads that have an address

    def error(self, status: int, message: str, code: str = "") -> Answer:
        return reply({"status": status, "code": code or "ERROR", "message": message}, status)

    def unauthorized(self) -> Answer:
        said = {"status": 401, "serviceErrorCode": 65600, "code": "INVALID_ACCESS_TOKEN"}
        return reply({**said, "message": "Invalid access token"}, 401)

    def throttled(self, seconds: int, now: float) -> Answer:
        del seconds, now  # there is no header that tells
        return self.error(
            429, "Resource level throttle limit for calls is reached", "TOO_MANY_REQUESTS"
        )

    def sign_in(self, call: Call) -> Account:
        """Check the version headers too."""
        headers = call.request.headers
        if call.request.path.startswith("/rest/"):
            self._check_version(headers.get("LinkedIn-Version", ""), call.now)
            if headers.get("X-Restli-Protocol-Version") != "2.0.0":
                raise self.refuse(400, "X-Restli-Protocol-Version is missing", "VERSION_MISSING")
        return super().sign_in(call)

    @route("GET /v2/userinfo")
    def me(self, call: Call) -> Answer:
        return reply({"sub": call.account.id, "name": call.account.name})

    @route("POST /rest/images")
    def start(self, call: Call) -> Answer:
        if call.text("action") != "initializeUpload":
            raise self.refuse(400, "Unknown action", "ILLEGAL_ARGUMENT")
        urn = f"urn:li:image:{self.next_id()}"
        self.awaited[urn] = call.account
        target = {"uploadUrl": f"{self.base}/dms-uploads/{urn}", "image": urn}
        return reply({"value": {**target, "uploadUrlExpiresAt": int(call.now + 86_400) * 1000}})

    @route("GET /rest/images/{urn}")
    def image_state(self, call: Call) -> Answer:
        media = self.uploaded(call, call.params["urn"])
        waits = media is not None and media.ready_at > call.now
        state = "PROCESSING" if waits else "AVAILABLE" if media else "WAITING_UPLOAD"
        return reply({"id": call.params["urn"], "status": state})

    @route("PUT /dms-uploads/{urn}", uploads=True)
    def upload(self, call: Call) -> Answer:
        urn = call.params["urn"]
        if self.awaited.get(urn) != call.account:
            return self.error(403, "Not enough permissions to upload", "ACCESS_DENIED")
        media = self.hold(call, call.request.body, media_id=urn)
        return Answer(201) if media else self.error(400, "Not an image", "ILLEGAL_ARGUMENT")

    @route("POST /rest/posts", creates=True)
    def create(self, call: Call) -> Answer:
        """Publish; the commentary is cut silently where little text is broken."""
        author, wire = call.text("author"), call.text("commentary")
        if not AUTHOR.fullmatch(author) or call.text("lifecycleState") != "PUBLISHED":
            raise self.refuse(422, "author or lifecycleState is invalid", "UNPROCESSABLE_ENTITY")
        if self.too_long(wire):
            raise self.refuse(422, "ERROR :: /commentary :: is too long", "UNPROCESSABLE_ENTITY")
        content = call.object("content")
        media, article = self._media(call, content), content.get("article") or {}
        if held := self.said.get((author, wire)):
            return self._duplicate(held)
        urn = f"urn:li:share:{self.next_id()}"
        link, title = article.get("source"), article.get("title")
        shown = Draft(little_text(wire), urn, media, key=wire, place=author, link=link, title=title)
        self.accept(call, shown)
        self.said[author, wire] = urn
        return Answer(201, headers={"x-restli-id": urn})

    @route("GET /rest/posts")
    def by_author(self, call: Call) -> Answer:
        """List an organization's posts; members may not read theirs."""
        author = call.text("author")
        if ":organization:" not in author:
            return self.error(
                403, "Not enough permissions to access: posts.FINDER", "ACCESS_DENIED"
            )
        own = self.ledger.own(self.name, call.account.name)
        here = [self._shown(post) for post in own if post.place == author]
        start, count = int(call.text("start") or 0), min(100, int(call.text("count") or 10))
        return reply({"elements": here[start : start + count]})

    @route("GET /rest/posts/{urn}")
    def read(self, call: Call) -> Answer:
        post = self.mine(call, call.params["urn"])
        if post is None:
            return self.error(404, "No such post", "NOT_FOUND")
        return reply(self._shown(post))

    @route("GET /rest/organizationalEntityShareStatistics")
    def count(self, call: Call) -> Answer:
        named = re.search(r"List\((urn:li:\w+:\d+)\)", call.text("shares") or call.text("ugcPosts"))
        post = self.mine(call, named[1]) if named else None
        if post is None:
            return reply({"elements": []})
        counts = self.metrics(post)
        told = {"impressionCount": counts.views, "likeCount": counts.likes}
        told |= {"shareCount": counts.reposts, "commentCount": counts.replies}
        told["clickCount"] = counts.clicks
        return reply({"elements": [{"totalShareStatistics": told}]})

    @route("GET /rest/memberCreatorPostAnalytics")
    def count_own(self, call: Call) -> Answer:
        named = re.fullmatch(r"\((?:share|ugcPost):(urn:li:\w+:\d+)\)", call.text("entity"))
        post = self.mine(call, named[1]) if named else None
        name = MEMBER_METRICS.get(call.text("queryType"))
        if post is None or name is None:
            return reply({"elements": []})
        return reply({"elements": [{"count": getattr(self.metrics(post), name)}]})

    @route("DELETE /rest/posts/{urn}")
    def delete(self, call: Call) -> Answer:
        if post := self.mine(call, call.params["urn"]):
            self.ledger.delete(post)
        return Answer(204)

    @route("POST /rest/socialActions/{urn}/comments")
    def comment(self, call: Call) -> Answer:
        text, number = str(call.object("message")["text"]), self.next_id()
        self.accept(call, Draft(text, number, reply_to=call.params["urn"]))
        return Answer(201, headers={"x-restli-id": number})

    def _duplicate(self, urn: str) -> Answer:
        reason = {"code": "DUPLICATE_POST", "description": "Duplicate post is detected"}
        said = {"status": 422, "message": f"Content is a duplicate of {urn}"}
        return reply({**said, "errorDetails": {"inputErrors": [reason]}}, 422)

    def _check_version(self, version: str, now: float) -> None:
        if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", version):
            raise self.refuse(400, "A version must be present", "VERSION_MISSING")
        today = datetime.fromtimestamp(now, UTC)
        age = (today.year - int(version[:4])) * 12 + today.month - int(version[4:])
        if not 0 <= age <= MONTHS:
            raise self.refuse(426, f"Version {version} is not active", "NONEXISTENT_VERSION")

    def _media(self, call: Call, content: Json) -> tuple[Media, ...]:
        named = (content.get("multiImage") or {}).get("images")
        single = content.get("media")
        if named is not None and not 2 <= len(named) <= self.limits.images:
            raise self.refuse(422, "multiImage takes 2 to 20 images", "UNPROCESSABLE_ENTITY")
        return tuple(self._image(call, item) for item in named or ([single] if single else []))

    def _image(self, call: Call, item: Json) -> Media:
        media, alt = self.uploaded(call, item["id"]), str(item.get("altText", ""))
        if media is None:
            code = "MEDIA_ASSET_WAITING_UPLOAD"
            raise self.refuse(400, f"{code}: {item['id']}", code)
        if media.ready_at > call.now:
            code = "MEDIA_ASSET_PROCESSING"
            raise self.refuse(400, f"{code}: {item['id']}", code)
        if len(alt) > ALT:
            raise self.refuse(422, "altText is too long", "UNPROCESSABLE_ENTITY")
        return Media(media.id, media.mime, media.size, media.sha256, alt, media.owner)

    def _shown(self, post: AcceptedPost) -> Json:
        at = int(post.at.timestamp() * 1000)
        return {"id": post.id, "author": post.place, "commentary": post.key, "createdAt": at}
