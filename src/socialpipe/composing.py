"""An article becomes a campaign: read → digest → compose → draw, for each platform.

Needs no store, no account and no network, and imports as little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from socialpipe.model import Article, Campaign, Digest, Post
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform


@dataclass(frozen=True, slots=True)
class Options:
    """What a person chose for a campaign."""

    link: str | None = None
    template: str | None = None


def compose(article: Article, platforms: Sequence[str], options: Options) -> Campaign:
    """Digest an article and make the post of each platform, cards and all.

    Raises NotFound for an unknown platform or template, Refused when a post cannot be made.
    """
    from socialpipe.text.digest import digest

    known = [registry.load(name) for name in platforms]
    essence = digest(article)
    posts = tuple(make_post(article, essence, platform, options) for platform in known)
    return Campaign(article, essence, posts)


def make_post(
    article: Article, essence: Digest, platform: type[Platform], options: Options
) -> Post:
    """Compose the text and draw the cards of one platform's post."""
    from socialpipe.cards import draw
    from socialpipe.text.compose import compose as compose_text

    limits = platform.limits
    link = options.link or article.url
    pictured = limits.images > 0
    post = compose_text(article, essence, platform.name, limits, link=link, with_image=pictured)
    if not pictured:
        return post
    cards = draw(article, essence, limits, site=article.site or "", template=options.template)
    return replace(post, cards=cards)
