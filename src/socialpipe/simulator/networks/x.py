"""X API v2 (docs.x.com repository and OpenAPI 2.167, read 2026-08; error bodies of 2026-02)."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from dataclasses import replace

from socialpipe.model import Json, Limits, Unit
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Draft, Ledger, Media, Shelf, page
from socialpipe.simulator.markup import shorten
from socialpipe.simulator.network import Network, Refusal, route
from socialpipe.simulator.wire import Answer, reply

BODY = {
    *("text", "media", "reply", "quote_tweet_id", "poll", "reply_settings", "community_id", "geo"),
    *("share_with_followers", "made_with_ai", "paid_partnership", "nullcast", "card_uri"),
    *("for_super_followers_only", "edit_options"),
}
PIECE = 1_048_576  # bytes of a piece; the edge takes no larger one
UPLOAD_LIFE = 86_400  # seconds an upload can be used


class X(Network):
    """Answers /2/tweets, /2/users and /2/media as X does."""

    name = "x"
    title = "X"
    first_id = 1_990_000_000_000_000_000
    limits = Limits(280, Unit.WEIGHTED, "docs.x.com", "2026-11-23", link=23)

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.said: Shelf[tuple[str, str], str] = Shelf()
        self.pieces: Shelf[tuple[str, str], dict[int, bytes]] = Shelf()  # of uploads, by number

    def error(self, status: int, message: str, code: str = "") -> Answer:
        title = {400: "Invalid Request", 401: "Unauthorized", 403: "Forbidden"}.get(status, "Error")
        problem = {"detail": message, "type": code or "about:blank", "title": title}
        return reply({**problem, "status": status}, status)

    def throttled(self, seconds: int, now: float) -> Answer:
        reset = str(int(now) + 1 + seconds)
        names = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")
        headers = dict(zip(names, ("100", "0", reset), strict=True))
        return reply({"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, 429, headers)

    @route("GET /2/users/me")
    def me(self, call: Call) -> Answer:
        who = call.account
        return reply({"data": {"id": who.id, "name": who.name, "username": who.name}})

    @route("POST /2/tweets", creates=True)
    def create(self, call: Call) -> Answer:
        if unknown := set(call.fields) - BODY:
            raise self._invalid(f"$.{min(unknown)}: is not defined in the schema")
        text, media = call.text("text").strip(), self._attached(call)
        if not text and not media:
            raise self._invalid("One or more parameters to your request was invalid.")
        if self.too_long(text):
            raise self.refuse(403, "You are not permitted to perform this action.")
        words = (call.account.id, unicodedata.normalize("NFC", text))
        if text and words in self.said:
            duplicate = "You are not allowed to create a Tweet with duplicate content."
            raise self.refuse(403, duplicate)
        post = self.accept(call, Draft(text, self.next_id(), media, self._parent(call)))
        self.said[words] = post.id
        shown = {"id": post.id, "text": self._shown(post)["text"]}
        return reply({"data": {**shown, "edit_history_post_ids": [post.id]}}, 201)

    @route("DELETE /2/tweets/{id}")
    def delete(self, call: Call) -> Answer:
        post = self.find(call.params["id"])
        if post is not None and post.account == call.account.name:
            self.ledger.delete(post)
        return reply({"data": {"deleted": post is not None}})

    @route("GET /2/tweets")
    def several(self, call: Call) -> Answer:
        """Show posts by their ids; those that are not there are left out."""
        found = [post for one in call.text("ids").split(",") if (post := self.find(one))]
        asked = call.text("tweet.fields")
        shown = [self._shown(post) | self._counts(post, asked) for post in found]
        return reply({"data": shown} if shown else {"errors": [{"title": "Not Found Error"}]})

    def _counts(self, post: AcceptedPost, asked: str) -> Json:
        counts = self.metrics(post)
        public = {
            "impression_count": counts.views,
            "like_count": counts.likes,
            "retweet_count": counts.reposts,
            "quote_count": counts.quotes,
            "reply_count": counts.replies,
            "bookmark_count": counts.saves,
        }
        private = {"non_public_metrics": {"url_link_clicks": counts.clicks}}
        return {"public_metrics": public, **(private if "non_public" in asked else {})}

    @route("GET /2/tweets/{id}")
    def read(self, call: Call) -> Answer:
        post = self.find(call.params["id"])
        if post is None:
            return self.error(404, f"Could not find tweet with id: [{call.params['id']}].")
        return reply({"data": self._shown(post)})

    @route("GET /2/users/{id}/tweets")
    def timeline(self, call: Call) -> Answer:
        own = self.own(call.params["id"])
        if own is None:
            return self.error(404, f"Could not find user with id: [{call.params['id']}].")
        wanted, since = int(call.text("max_results") or 10), call.text("start_time")
        if not 5 <= wanted <= 100:
            raise self._invalid(f"max_results: [{wanted}] is not between 5 and 100")
        found = [post for post in own if self._shown(post)["created_at"] >= since]
        shown, onward = page(found, wanted, call.text("pagination_token"))
        meta = {"result_count": len(shown)} | ({"next_token": onward} if onward else {})
        data = {"data": [self._shown(post) for post in shown]} if shown else {}
        return reply({**data, "meta": meta})

    @route("POST /2/media/upload", uploads=True)
    def upload(self, call: Call) -> Answer:
        file = call.request.files.get("media")
        try:
            data = file.data if file else base64.b64decode(call.text("media"), validate=True)
        except binascii.Error:
            data = b""
        media = self.hold(call, data) if len(data) <= self.limits.image_bytes else None
        if media is None:
            raise self._invalid("media: not an image of at most 5 MB")
        shown = {"id": media.id, "media_key": f"3_{media.id}", "size": media.size}
        return reply({"data": {**shown, "expires_after_secs": UPLOAD_LIFE}})

    @route("POST /2/media/upload/initialize")
    def begin(self, call: Call) -> Answer:
        if not 0 < int(call.text("total_bytes")) <= self.limits.image_bytes:
            raise self._invalid("total_bytes: not an image of at most 5 MB")
        number = self.next_id()
        self.pieces[call.account.id, number] = {}
        return reply({"data": {"id": number, "expires_after_secs": UPLOAD_LIFE}})

    @route("POST /2/media/upload/{id}/append")
    def append(self, call: Call) -> Answer:
        piece = call.request.files["media"].data
        if len(piece) > PIECE:
            return Answer(413)
        self.pieces[call.account.id, call.params["id"]][int(call.text("segment_index"))] = piece
        return reply({"data": {"expires_at": int(call.now + UPLOAD_LIFE)}})

    @route("POST /2/media/upload/{id}/finalize", uploads=True)
    def finalize(self, call: Call) -> Answer:
        found = self.pieces[call.account.id, call.params["id"]]
        whole = b"".join(found[n] for n in sorted(found))
        media = self.hold(call, whole, media_id=call.params["id"])
        if media is None:
            raise self._invalid("media: not an image")
        return reply({"data": {"id": media.id, **self._processing(media, call.now)}})

    @route("GET /2/media/upload")
    def state(self, call: Call) -> Answer:
        media = self.uploaded(call, call.text("media_id"))
        if media is None:
            raise self._invalid("Your media IDs are invalid.")
        done = {"processing_info": {"state": "succeeded"}}
        return reply({"data": {"id": media.id, **(self._processing(media, call.now) or done)}})

    def _processing(self, media: Media, now: float) -> Json:
        wait = {"state": "in_progress", "check_after_secs": 1}
        return {"processing_info": wait} if media.ready_at > now else {}

    @route("POST /2/media/metadata")
    def describe(self, call: Call) -> Answer:
        media = self._usable(call, call.text("id"))
        alt = str((call.object("metadata").get("alt_text") or {}).get("text", ""))
        if not 1 <= len(alt) <= 1000:
            raise self._invalid("metadata.alt_text.text: length must be 1..1000")
        self.keep(replace(media, alt=alt))
        return reply({"data": {"id": media.id, "associated_metadata": {"alt_text": {"text": alt}}}})

    def _attached(self, call: Call) -> tuple[Media, ...]:
        wanted = call.object("media").get("media_ids", [])
        if len(wanted) > 4:
            raise self._invalid("$.media.media_ids: maximum of 4 items")
        return tuple(self._usable(call, media_id) for media_id in wanted)

    def _usable(self, call: Call, media_id: str) -> Media:
        media = self.uploaded(call, media_id)
        if media is None or not media.ready_at <= call.now < media.at + UPLOAD_LIFE:
            raise self._invalid("Your media IDs are invalid.")
        return media

    def _parent(self, call: Call) -> str | None:
        parent = call.object("reply").get("in_reply_to_tweet_id")
        if parent is not None and self.find(str(parent)) is None:
            gone = "You attempted to reply to a Tweet that is deleted or not visible to you."
            raise self.refuse(403, gone)
        return parent

    def _invalid(self, why: str) -> Refusal:
        return self.refuse(400, why, "https://api.twitter.com/2/problems/invalid-request")

    def _shown(self, post: AcceptedPost) -> Json:
        """Return a post as reads show it: links shortened, images as a link more, & < > escaped."""
        keys = [f"3_{media.id}" for media in post.media]
        photo = f"https://x.com/{post.account}/status/{post.id}/photo/1"
        text, links = shorten(post.text, dict.fromkeys(keys[:1], photo))
        shown: Json = {"id": post.id, "text": text, "edit_history_tweet_ids": [post.id]}
        shown["created_at"] = post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        if post.reply_to:
            shown["referenced_tweets"] = [{"type": "replied_to", "id": post.reply_to}]
        if links:
            shown["entities"] = {"urls": links}
        if keys:
            shown["attachments"] = {"media_keys": keys}
        return shown
