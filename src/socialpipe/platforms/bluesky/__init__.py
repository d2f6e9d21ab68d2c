"""Bluesky and other AT Protocol servers (bluesky-social/atproto lexicons, 2026-08-20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from socialpipe.errors import NotSent, Rejected
from socialpipe.model import Card, Json, Limits, Metrics, Receipt, Recovery, Unit
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Field, Gone, Identity, PartRequest
from socialpipe.platforms.bluesky.record import POST, record, rkey
from socialpipe.platforms.bluesky.session import Absent, AtProto, Dropped, Taken

APPVIEW = "https://public.api.bsky.app"  # counts likes; a server of one's own passes calls on


class Bluesky(AtProto):
    name = "bluesky"
    title = "Bluesky"
    api_base = "https://bsky.social"
    limits = Limits(
        text=300,  # maxGraphemes of app.bsky.feed.post
        unit=Unit.GRAPHEMES,
        source="app.bsky.feed.post and app.bsky.embed.images lexicons",
        checked="2026-08-20",
        text_bytes=3000,  # maxLength
        images=4,  # app.bsky.embed.images
        image_bytes=950_000,  # 2,000,000 since 2026-04-08, but older servers enforce 1,000,000
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt=2000,  # no limit in the lexicon; what clients accept
        card=(1200, 675),
    )
    # A record key of ours makes every repeat a no-op, whenever it comes.
    recovery = Recovery(key_lifetime=timedelta(days=36_500), read_back=True)
    fields = (
        Field("identifier", "handle, DID or e-mail address"),
        Field("password", "app password (Settings, Privacy and security)", secret=True),
        Field("appview", f"where likes are counted ({APPVIEW})", required=False),
    )

    def check(self) -> Identity:
        me = self.xrpc("GET", "com.atproto.server.getSession")
        did, handle = me.id("did"), me.id("handle")
        return Identity(did, handle, f"https://bsky.app/profile/{did}")

    def own_limits(self) -> Limits:
        """Take larger images where bsky.social keeps the data: it does since 2026-04-08."""
        if self.account.api_base is None:
            return replace(self.limits, image_bytes=1_900_000)
        return self.limits

    def upload(self, card: Card) -> Json:
        answer = self.xrpc(
            "POST",
            "com.atproto.repo.uploadBlob",
            data=card.data,
            headers={"Content-Type": card.mime},
        )
        answer.id("blob", "ref", "$link")
        return {"blob": answer.get("blob")}

    def publish(self, request: PartRequest) -> Receipt:
        try:
            return self._put(request)
        except Dropped:
            for card in request.cards:
                self.upload(card)  # the same bytes get the same name
            return self._put(request)
        except Taken as taken:
            receipt = self.find(request)
            if receipt is None:  # deleted since
                raise NotSent(taken.what) from None
            return receipt

    def _put(self, request: PartRequest) -> Receipt:
        """Write the record unless there is one (swapRecord: null); the same record is a no-op."""
        body = {**self._place(request), "swapRecord": None, "record": record(request)}
        return _receipt(self.xrpc("POST", "com.atproto.repo.putRecord", creates=True, json=body))

    def find(self, request: PartRequest) -> Receipt | None:
        try:
            answer = self.xrpc("GET", "com.atproto.repo.getRecord", params=self._place(request))
        except Absent:
            return None
        if answer.get("value", "text") != request.text:
            raise Rejected("Another post has the record key of this one.", "Queue it once more.")
        return _receipt(answer)

    def delete(self, receipt: Receipt) -> None:
        """Delete the record; the server takes it for done when there is none."""
        did, collection, key = receipt.id.removeprefix("at://").split("/")
        body = {"repo": did, "collection": collection, "rkey": key}
        self.xrpc("POST", "com.atproto.repo.deleteRecord", json=body)

    def metrics(self, receipt: Receipt) -> Metrics:
        wanted = {"uris": receipt.id}
        if view := self.setting("appview") or ("" if self.account.api_base else APPVIEW):
            answer = self.call("GET", f"{view}/xrpc/app.bsky.feed.getPosts", params=wanted)
        else:
            answer = self.xrpc("GET", "app.bsky.feed.getPosts", params=wanted)
        if not answer.items("posts"):
            raise Gone("Bluesky does not show this post (any more).")
        return Metrics(
            likes=answer.number("posts", 0, "likeCount"),
            reposts=answer.number("posts", 0, "repostCount"),
            quotes=answer.number("posts", 0, "quoteCount"),
            replies=answer.number("posts", 0, "replyCount"),
            saves=answer.number("posts", 0, "bookmarkCount"),
        )

    def _place(self, request: PartRequest) -> dict[str, str]:
        return {"repo": self.session()["did"], "collection": POST, "rkey": rkey(request)}


def _receipt(answer: Answer) -> Receipt:
    uri, cid = answer.id("uri"), answer.id("cid")
    _, _, did, _, key = uri.split("/") if uri.count("/") == 4 else answer.unclear()
    return Receipt(uri, f"https://bsky.app/profile/{did}/post/{key}", {"uri": uri, "cid": cid})
