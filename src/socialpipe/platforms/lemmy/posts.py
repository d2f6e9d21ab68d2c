"""Posts as Lemmy takes and counts them."""

from __future__ import annotations

from socialpipe.model import Json, Metrics
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.markup import markdown_body, title


def post(request: PartRequest, community: int) -> Json:
    """Write a post: one address, a link or the first image; other images are in the text."""
    images = [
        (upload["url"], card.alt)
        for card, upload in zip(request.cards, request.uploads, strict=True)
    ]
    whole: Json = {
        "name": title(request, 200),
        "community_id": community,
        "body": markdown_body(request, images if request.link else images[1:]),
    }
    if request.link:
        return whole | {"url": request.link}
    return whole | (dict(zip(("url", "alt_text"), images[0], strict=True)) if images else {})


def metrics(answer: Answer, *, v4: bool) -> Metrics:
    """Read the counts of a post; since 1.0 they are part of it."""
    counts = ("post_view", "post" if v4 else "counts")
    return Metrics(
        likes=answer.number(*counts, "score"), replies=answer.number(*counts, "comments")
    )
