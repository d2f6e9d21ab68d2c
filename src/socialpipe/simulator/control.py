"""The simulator's own addresses: `/` the timeline, `/_sim/…` what tests and people ask."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from socialpipe.errors import UsageError
from socialpipe.simulator import page
from socialpipe.simulator.faults import Fault, Scope, parse_kind
from socialpipe.simulator.ledger import AcceptedPost
from socialpipe.simulator.wire import Answer, Request, html, reply

if TYPE_CHECKING:
    from socialpipe.simulator.simulator import Simulator

# The page runs no script and loads nothing from elsewhere, whatever a post contains.
GUARD = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


def answer(simulator: Simulator, request: Request) -> Answer:
    """Serve an address that belongs to no platform."""
    serve = _PLACES.get((request.method, request.path), _numbered)
    return serve(simulator, request)


def _timeline(simulator: Simulator, _: Request) -> Answer:
    return html(page.timeline(simulator), headers=GUARD)


def _posts(simulator: Simulator, _: Request) -> Answer:
    return reply([_post(simulator, post) for post in simulator.posts()])


def _calls(simulator: Simulator, _: Request) -> Answer:
    return reply([{**asdict(call), "at": call.at.isoformat()} for call in simulator.calls()])


def _faults(simulator: Simulator, _: Request) -> Answer:
    waiting = simulator.faults.waiting()
    return reply([{**asdict(fault), "count": left} for fault, left in waiting])


def _reset(simulator: Simulator, _: Request) -> Answer:
    simulator.reset()
    return Answer(204)


def _numbered(simulator: Simulator, request: Request) -> Answer:
    """Serve one post or one image."""
    if found := re.fullmatch(r"/_sim/media/([0-9a-f]{64})", request.path):
        image = simulator.ledger.gallery.get(found[1])
        if image is not None:
            return Answer(200, image[1], image[0], GUARD)
    if found := re.fullmatch(r"/post/(\d{1,9})", request.path):
        post = simulator.ledger.numbered(int(found[1]))
        if post is not None:
            return html(page.single(post), headers=GUARD)
    return reply({"error": f"There is nothing at {request.path}."}, 404)


def _post(simulator: Simulator, post: AcceptedPost) -> dict[str, Any]:
    """One post in JSON."""
    return {
        "platform": post.platform,
        "account": post.account,
        "id": post.id,
        "url": simulator.network(post.platform).url(post),
        "text": post.text,
        "title": post.title,
        "link": post.link,
        "place": post.place,
        "media": len(post.media),
        "alts": [media.alt for media in post.media],
        "reply_to": post.reply_to,
        "received_at": post.at.isoformat(),
        "key": post.key,
        "elapsed": round(post.elapsed, 3),
        "fault": post.fault,
        "deleted": post.deleted,
    }


def _arm(simulator: Simulator, request: Request) -> Answer:
    try:
        fault = _fault(request.fields)
        simulator.arm(fault)
    except UsageError as error:
        return reply({"error": str(error)}, 400)
    except (TypeError, ValueError, KeyError) as error:
        return reply({"error": f"That is no fault: {error!r}."}, 400)
    return reply(asdict(fault), 201)


def _fault(fields: dict[str, Any]) -> Fault:
    match = fields.get("match")
    return Fault(
        platform=str(fields["platform"]),
        kind=parse_kind(str(fields["fault"])),
        count=int(fields.get("count", 1)),
        seconds=float(fields.get("seconds", 0)),
        match=None if match is None else str(match),
        on=Scope(fields.get("on", "create")),
    )


_PLACES = {
    ("GET", "/"): _timeline,
    ("GET", "/_sim/posts"): _posts,
    ("GET", "/_sim/calls"): _calls,
    ("GET", "/_sim/faults"): _faults,
    ("POST", "/_sim/faults"): _arm,
    ("DELETE", "/_sim"): _reset,
}
