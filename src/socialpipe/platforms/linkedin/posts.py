"""Posts as LinkedIn takes and shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from socialpipe.model import Json, Metrics, Receipt
from socialpipe.platforms.answer import dig, number, word
from socialpipe.platforms.base import PartRequest, Platform
from socialpipe.platforms.readback import Seen, moment

_COUNTED = {"views": "IMPRESSION", "likes": "REACTION", "reposts": "RESHARE", "replies": "COMMENT"}


def content(request: PartRequest) -> Json:
    """Write the part of a post that is not text: images, or a link card."""
    images = [
        {"id": upload["urn"], "altText": card.alt}
        for card, upload in zip(request.cards, request.uploads, strict=True)
    ]
    if len(images) > 1:
        return {"content": {"multiImage": {"images": images}}}
    if images:
        return {"content": {"media": images[0]}}
    if not request.link:
        return {}
    article = {"source": request.link, "title": (request.title or request.link)[:400]}
    return {"content": {"article": article}}


def receipt(urn: str, text: str = "") -> Receipt:
    """Name a post; `text` is what it shows."""
    return Receipt(urn, f"https://www.linkedin.com/feed/update/{urn}/", text=text or None)


def seen(post: Any) -> Seen:
    """Read one post of a list, which is ordered by the last change."""
    made, changed = (_moment(dig(post, name)) for name in ("createdAt", "lastModifiedAt"))
    return Seen(receipt(word(post, "id")), word(post, "commentary"), made, listed_at=changed)


def _moment(milliseconds: Any) -> datetime | None:
    return moment(milliseconds / 1000) if isinstance(milliseconds, int) else None


def page_metrics(linkedin: Platform, organization: str, urn: str) -> Metrics:
    """Ask for the counts of a page's post."""
    kind = "ugcPosts" if ":ugcPost:" in urn else "shares"
    query = (
        f"organizationalEntity={quote(organization, safe='')}&{kind}=List({quote(urn, safe='')})"
    )
    path = f"/rest/organizationalEntityShareStatistics?q=organizationalEntity&{query}"
    told = linkedin.call("GET", path).get("elements", 0, "totalShareStatistics")
    return Metrics(
        views=number(told, "impressionCount"),
        likes=number(told, "likeCount"),
        reposts=number(told, "shareCount"),
        replies=number(told, "commentCount"),
        clicks=number(told, "clickCount"),
    )


def member_metrics(linkedin: Platform, urn: str) -> Metrics:
    """Ask for the counts of a member's post, one by one (scope r_member_postAnalytics)."""
    kind = "ugcPost" if ":ugcPost:" in urn else "share"
    entity = f"({kind}:{quote(urn, safe='')})"
    path = f"/rest/memberCreatorPostAnalytics?q=entity&entity={entity}&aggregation=TOTAL&queryType="
    counts = {
        name: linkedin.call("GET", path + query).number("elements", 0, "count")
        for name, query in _COUNTED.items()
    }
    return Metrics(**counts)
