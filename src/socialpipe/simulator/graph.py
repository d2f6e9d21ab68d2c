"""What the stand-ins of Meta have in common: errors, containers, images by address.

Codes and states: developers.facebook.com and reports of answers seen in 2026.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from socialpipe.model import Json
from socialpipe.simulator.call import Call
from socialpipe.simulator.ledger import AcceptedPost, Ledger, Media, Shelf, page
from socialpipe.simulator.network import Network, Refusal
from socialpipe.simulator.wire import Answer, Request, reply

CONTAINER_LIFE = 86_400  # seconds until an unpublished container expires


@dataclass(slots=True)
class Container:
    """A post in the making, which nobody sees. Times are seconds since the epoch."""

    id: str
    owner: str
    text: str
    media: tuple[Media, ...]
    made_at: float
    ready_at: float
    child: bool = False
    reply_to: str | None = None
    published: bool = False

    def status(self, now: float) -> str:
        """Say where it stands, in Meta's words."""
        if self.published:
            return "PUBLISHED"
        if now >= self.made_at + CONTAINER_LIFE:
            return "EXPIRED"
        return "FINISHED" if now >= self.ready_at else "IN_PROGRESS"


class Graph(Network):
    """A stand-in of Meta's Graph API."""

    prefix = r"/v\d+\.\d+"
    busy = 4  # the code that says: too many calls

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base, ledger)
        self.containers: Shelf[str, Container] = Shelf()

    def error(self, status: int, message: str, code: str = "1") -> Answer:
        """Refuse with `code` or `code/subcode`."""
        number, _, subcode = (code if code[:1].isdecimal() else "1").partition("/")
        error: Json = {"message": message, "type": "OAuthException", "code": int(number)}
        if subcode:
            error["error_subcode"] = int(subcode)
        return reply({"error": {**error, "fbtrace_id": "A1b2C3"}}, status)

    def unauthorized(self) -> Answer:
        return self.error(400, "Invalid OAuth access token.", "190")

    def throttled(self, seconds: int, now: float) -> Answer:
        del now
        wait = math.ceil(seconds / 60)
        usage = f'{{"1":[{{"call_count":100,"estimated_time_to_regain_access":{wait}}}]}}'
        answer = self.error(400, "Application request limit reached", str(self.busy))
        return Answer(400, answer.body, answer.mime, {"X-Business-Use-Case-Usage": usage})

    def credential(self, request: Request, params: Mapping[str, str]) -> str:
        del params
        return request.bearer or str(request.fields.get("access_token", ""))

    def invalid(self, why: str, code: str = "100") -> Refusal:
        """Make a refusal of a parameter."""
        return self.refuse(400, why, code)

    def check_owner(self, call: Call) -> None:
        """Only the own account takes posts."""
        if call.params["owner"] not in {"me", call.account.id}:
            raise self.invalid("Unsupported post request. Object does not exist", "100/33")

    def image(self, call: Call) -> tuple[Media, ...]:
        """Get the image of a call, as the crawler does."""
        media = self.fetched(call, call.text("image_url"), call.text("alt_text"))
        if media is None:
            raise self.invalid("The media could not be fetched from this URI.", "9004/2207052")
        return (media,)

    def children(self, call: Call) -> tuple[Media, ...]:
        """Collect the images of a carousel from its finished child containers."""
        found = [self.containers.get(name) for name in call.text("children").split(",")]
        kids = [kid for kid in found if kid and kid.child and kid.owner == call.account.id]
        if len(kids) < len(found) or not 2 <= len(kids) <= self.limits.images:
            raise self.invalid("Invalid number of carousel children.", "100/2207028")
        if any(kid.status(call.now) != "FINISHED" for kid in kids):
            raise self.invalid("Media is not ready.", "9007/2207027")
        return tuple(media for kid in kids for media in kid.media)

    def contain(self, call: Call, text: str, media: tuple[Media, ...]) -> Answer:
        """Make a container."""
        container = Container(
            id=self.next_id(),
            owner=call.account.id,
            text=text,
            media=media,
            made_at=call.now,
            ready_at=call.ready_at,
            child=call.text("is_carousel_item") == "true",
            reply_to=call.text("reply_to_id") or None,
        )
        self.containers[container.id] = container
        return reply({"id": container.id})

    def release(self, call: Call) -> Container:
        """Mark a ready container as published."""
        container = self.containers.get(call.text("creation_id"))
        if container is None or container.owner != call.account.id or container.child:
            raise self.invalid("Media Not Found", "24/2207006")
        status = container.status(call.now)
        if status != "FINISHED":
            raise self.unready(status)
        container.published = True
        return container

    def unready(self, status: str) -> Refusal:
        """Refuse to publish a container that is not FINISHED."""
        return self.invalid(f"The container is {status}.", "24/4279009")

    def node(self, call: Call) -> Json:
        """Show where a container stands, or a post."""
        name = call.params["node"]
        container, post = self.containers.get(name), self.find(name)
        if container is not None and container.owner == call.account.id:
            status = container.status(call.now)
            return {"id": name, "status": status, "status_code": status}
        if post is None:
            raise self.invalid("Unsupported get request. Object does not exist", "100/33")
        return self.shown(post)

    def insights(self, call: Call, names: Mapping[str, str]) -> Answer:
        """Tell the metrics asked for; `names` are Meta's words for ours."""
        post = self.find(call.params["node"])
        if post is None:
            raise self.invalid("Unsupported get request. Object does not exist", "100/33")
        asked, counts = call.text("metric").split(","), self.metrics(post)
        told = [
            {"name": name, "values": [{"value": getattr(counts, ours)}]}
            for name, ours in names.items()
            if name in asked
        ]
        return reply({"data": told})

    def listed(self, call: Call, found: Sequence[AcceptedPost]) -> Answer:
        """List posts page by page; the next one is told as a whole address."""
        shown, onward = page(found, min(100, int(call.text("limit") or 25)), call.text("after"))
        cursors: Json = {"cursors": {"before": shown[0].id, "after": shown[-1].id}} if shown else {}
        more = {"next": f"{self.base}/more?after={onward}&access_token=hidden"} if onward else {}
        return reply({"data": [self.shown(post) for post in shown], "paging": cursors | more})

    def shown(self, post: AcceptedPost) -> Json:
        """Show a post as reads do."""
        at = post.at.strftime("%Y-%m-%dT%H:%M:%S+0000")
        return {"id": post.id, "permalink": self.url(post), "timestamp": at}

    def delete(self, call: Call) -> Answer:
        """Take a post back."""
        post = self.find(call.params["node"])
        if post is None or post.account != call.account.name:
            raise self.invalid("Unsupported delete request. Object does not exist", "100/33")
        self.ledger.delete(post)
        return reply({"success": True})
