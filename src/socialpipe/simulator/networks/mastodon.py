"""Mastodon 4.5 (docs.joinmastodon.org, read 2026-07; server source for counts and keys)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Account, Call, person
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf
from socialpipe.simulator.markup import paragraphs
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, reply

KEY_LIFE = 3600  # seconds an Idempotency-Key is remembered (PostStatusService)
IMAGE_BYTES = 16_777_216  # largest image
ALT = 1500  # longest description, characters
IMAGES = 4  # most images of a status
STATUSES: Json = {
    "max_characters": 500,
    "max_media_attachments": IMAGES,
    "characters_reserved_per_url": 23,
}
MEDIA: Json = {
    "supported_mime_types": ["image/jpeg", "image/png", "image/gif", "image/webp"],
    "image_size_limit": IMAGE_BYTES,
    "image_matrix_limit": 33_177_600,
    "description_limit": ALT,
}


class Mastodon(Network):
    """Answers /api/v1 and /api/v2 as a Mastodon server does."""

    name = "mastodon"
    title = "Mastodon"
    first_id = 115_600_000_000_000_000
    limits = Limits(500, Unit.GRAPHEMES, "docs.joinmastodon.org", "2026-11-23", link=23)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.keys: Shelf[tuple[str, str], tuple[AcceptedPost, float]] = Shelf()

    def error(self, status: int, message: str, code: str = "") -> Answer:
        del code
        return reply({"error": message}, status)

    def unauthorized(self) -> Answer:
        return self.error(401, "The access token is invalid")

    def throttled(self, seconds: int, now: float) -> Answer:
        reset = datetime.fromtimestamp(int(now) + 1 + seconds, UTC)
        headers = {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        }
        return replace(self.error(429, "Too many requests"), headers=headers)

    @route("GET /api/v2/instance", public=True)
    def instance(self, call: Call) -> Answer:
        del call
        configuration = {"statuses": STATUSES, "media_attachments": MEDIA}
        known = {"domain": self.base.partition("://")[2], "version": "4.5.0"}
        versions = {"mastodon": 7}
        return reply({**known, "configuration": configuration, "api_versions": versions})

    @route("GET /api/v1/accounts/verify_credentials")
    def verify(self, call: Call) -> Answer:
        return reply(self._person(call.account))

    @route("POST /api/v1/statuses", creates=True)
    def create(self, call: Call) -> Answer:
        """Publish; a repeat under the same key within its life shows the first post again."""
        key = call.request.headers.get("Idempotency-Key")
        post, expires = self.keys.get((call.account.id, key or ""), (None, 0.0))
        if post is None or expires <= call.now:
            post = self.accept(call, self._draft(call, key))
            for media in post.media:
                del self.media[media.owner, media.id]
        if key and expires <= call.now:
            self.keys[call.account.id, key] = (post, call.now + KEY_LIFE)
        return reply(self._status(post))

    @route("GET /api/v1/statuses/{id}")
    def read(self, call: Call) -> Answer:
        return reply(self._status(self._known(call)))

    @route("GET /api/v1/statuses/{id}/source")
    def source(self, call: Call) -> Answer:
        post = self._known(call)
        return reply({"id": post.id, "text": post.text, "spoiler_text": post.title or ""})

    @route("DELETE /api/v1/statuses/{id}")
    def delete(self, call: Call) -> Answer:
        post = self._known(call)
        if post.account != call.account.name:
            raise self._missing()
        self.ledger.delete(post)
        return reply({**self._status(post), "text": post.text})

    @route("GET /api/v1/accounts/{id}/statuses")
    def timeline(self, call: Call) -> Answer:
        own = self.own(call.params["id"])
        if own is None:
            raise self._missing()
        since, limit = int(call.text("since_id") or 0), min(40, int(call.text("limit") or 20))
        before = int(call.text("max_id") or self._last_id + 1)
        found = [post for post in own if since < int(post.id) < before]
        return reply([self._status(post) for post in found[:limit]])

    @route("POST /api/v2/media", uploads=True)
    def upload(self, call: Call) -> Answer:
        file, alt = call.request.files.get("file"), call.text("description")
        if file is not None and len(file.data) > IMAGE_BYTES:
            raise self.refuse(413, "Validation failed: File must be less than 16 MB")
        media = self.hold(call, file.data, alt) if file else None
        if media is None:
            raise self._invalid("File content type is invalid")
        if len(alt) > ALT:
            raise self._invalid("Description is too long (maximum is 1500 characters)")
        return reply(self._image(media, call.now), 202 if media.ready_at > call.now else 200)

    @route("GET /api/v1/media/{id}")
    def media_state(self, call: Call) -> Answer:
        media = self._upload(call)
        return reply(self._image(media, call.now), 206 if media.ready_at > call.now else 200)

    @route("PUT /api/v1/media/{id}")
    def describe(self, call: Call) -> Answer:
        media = replace(self._upload(call), alt=call.text("description"))
        self.keep(media)
        return reply(self._image(media, call.now))

    def _draft(self, call: Call, key: str | None) -> Draft:
        text, warning = call.text("status").strip(), call.text("spoiler_text")
        media = self._attached(call)
        if not text and not media:
            raise self._invalid("Text can't be blank")
        if self.too_long(warning + text):
            raise self._invalid("Text character limit of 500 exceeded")
        if call.text("visibility") not in {"", "public", "unlisted", "private", "direct"}:
            raise self._invalid("Visibility is not included in the list")
        return Draft(text, self.next_id(), media, self._parent(call), key, title=warning or None)

    def _parent(self, call: Call) -> str | None:
        parent = call.text("in_reply_to_id")
        if parent and self.find(parent) is None:
            gone = "The post you are trying to reply to does not appear to exist."
            raise self.refuse(404, gone)
        return parent or None

    def _attached(self, call: Call) -> tuple[Media, ...]:
        wanted = call.list("media_ids")
        media = [found for one in wanted if (found := self.uploaded(call, one)) is not None]
        if len(wanted) > IMAGES:
            raise self._invalid("Cannot attach more than 4 files")
        if len(media) < len(wanted):
            raise self._invalid("Media not found or already attached to another post")
        if any(one.ready_at > call.now for one in media):
            unready = (
                "Cannot attach files that have not finished processing. Try again in a moment!"
            )
            raise self.refuse(422, unready)
        return tuple(media)

    def _upload(self, call: Call) -> Media:
        media = self.uploaded(call, call.params["id"])
        if media is None:
            raise self._missing()
        return media

    def _known(self, call: Call) -> AcceptedPost:
        post = self.find(call.params["id"])
        if post is None:
            raise self._missing()
        return post

    def _missing(self) -> Refusal:
        return self.refuse(404, "Record not found")

    def _invalid(self, why: str) -> Refusal:
        return self.refuse(422, f"Validation failed: {why}")

    def _person(self, who: Account) -> Json:
        address = f"{self.base}/@{who.name}"
        return {"id": who.id, "username": who.name, "acct": who.name, "url": address}

    def _image(self, media: Media, now: float) -> Json:
        url = self.image_url(media) if media.ready_at <= now else None
        return {"id": media.id, "type": "image", "url": url, "description": media.alt or None}

    def _status(self, post: AcceptedPost) -> Json:
        """Return a status as reads show it: its content is HTML."""
        counts = self.metrics(post)
        return {
            "id": post.id,
            "favourites_count": counts.likes,
            "reblogs_count": counts.reposts,
            "quotes_count": counts.quotes,
            "replies_count": counts.replies,
            "uri": self.url(post),
            "url": self.url(post),
            "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "content": paragraphs(post.text, self.base),
            "spoiler_text": post.title or "",
            "in_reply_to_id": post.reply_to,
            "account": self._person(person(post.account)),
            "media_attachments": [self._image(media, media.ready_at) for media in post.media],
        }
