"""Articles that are kept for free slots, to be used again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from socialpipe.model import Article, Channel
from socialpipe.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Reuse:
    """On which channels, how long between two uses, how often, and whether somebody approves."""

    channels: Sequence[Channel]
    cooldown: timedelta
    most: int
    needs_review: bool


def keep_article(
    visit: Visit, article: Article, options: Mapping[str, Any], terms: Reuse
) -> list[int]:
    """Keep an article; return the ids of its evergreen posts, one for each channel."""
    ids = visit.store.evergreens.add(
        article,
        terms.channels,
        cooldown=terms.cooldown,
        most=terms.most,
        options=dict(options),
        needs_review=terms.needs_review,
    )
    visit.audit("evergreen.add", article.title, " ".join(one.name for one in terms.channels))
    return ids


def keep_campaign(visit: Visit, campaign_id: int, terms: Reuse) -> list[int]:
    """Keep the article of a campaign, written and drawn as it was.

    Raises NotFound.
    """
    article = visit.store.library.article(campaign_id)
    return keep_article(visit, article, visit.store.library.options(campaign_id), terms)
