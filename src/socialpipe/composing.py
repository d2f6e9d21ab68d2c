"""An article becomes a campaign: read → digest → compose → draw, for each platform.

Needs no store, no account and no network (but for the engine llm), and imports as little.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from socialpipe.model import Article, Campaign, Card, Digest, Json, Post, Provenance
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform

if TYPE_CHECKING:
    from socialpipe.text.brand import Brand
    from socialpipe.text.style import Style


@dataclass(frozen=True, slots=True)
class Options:
    """What a person chose for a campaign; plain JSON, since workers read it from the store."""

    link: str | None = None
    template: str | None = None
    theme: str | None = None  # light or dark; None: the template's own
    tone: str | None = None  # of `text.style.Tone`; overrules the brand's
    brand: Json | None = None  # what the brand file says
    logo: str | None = None  # the brand's, an image file in base64
    picture: str | None = None  # for the cards, an image file in base64
    engine: str = "extractive"  # or llm
    variants: int = 1  # posts with different first lines, to choose from


def compose(article: Article, platforms: Sequence[str], options: Options) -> Campaign:
    """Digest an article and make the posts of each platform, cards and all.

    Raises NotFound for an unknown platform or template, Refused when a post cannot be made,
    UsageError when the engine llm is not set up.
    """
    known = [registry.load(name) for name in platforms]
    essence, provenance = _digest(article, options.engine)
    posts = tuple(
        post for platform in known for post in make_posts(article, essence, platform, options)
    )
    return Campaign(article, essence, posts, provenance)


def make_posts(
    article: Article, essence: Digest, platform: type[Platform], options: Options
) -> tuple[Post, ...]:
    """Compose the texts of one platform's posts and draw the cards that they share.

    More than one are variants, best first.
    """
    from socialpipe.text.compose import variants

    brand = _brand(options)
    posts = variants(
        article,
        essence,
        platform.name,
        platform.limits,
        options.variants,
        link=options.link or article.url,
        with_image=platform.limits.images > 0,
        style=_style(brand, platform.name, article.language, options.tone),
    )
    cards = _cards(article, essence, platform, options, brand)
    return tuple(replace(post, cards=cards) for post in posts)


def _digest(article: Article, engine: str) -> tuple[Digest, Provenance]:
    from socialpipe.text.digest import digest

    essence = digest(article)
    if engine != "llm":
        return essence, Provenance()
    from socialpipe.llm import rewrite

    return rewrite(article, essence)


def _brand(options: Options) -> Brand | None:
    if options.brand is None:
        return None
    from socialpipe.text.brand import Brand

    return Brand.model_validate(options.brand)


def _style(brand: Brand | None, platform: str, language: str, wanted: str | None) -> Style:
    from socialpipe.text.style import Style, Tone

    tone = Tone(wanted) if wanted else None
    if brand is None:
        return Style(tone=tone or Tone.NEUTRAL)
    return brand.style(platform, language=language, tone=tone)


def _cards(
    article: Article,
    essence: Digest,
    platform: type[Platform],
    options: Options,
    brand: Brand | None,
) -> tuple[Card, ...]:
    if platform.limits.images == 0:
        return ()
    from socialpipe.cards import draw

    folders = _font_dirs()
    return draw(
        article,
        essence,
        platform.limits,
        site=brand.name if brand else "",
        template=options.template,
        theme=options.theme,
        picture=base64.b64decode(options.picture) if options.picture else None,
        logo=base64.b64decode(options.logo) if options.logo else None,
        colours=brand.colours if brand else None,
        fonts=[_font(name, folders) for name in brand.fonts] if brand else (),
        font_dirs=folders,
    )


def _font_dirs() -> list[Path]:
    from socialpipe.settings import load

    return [Path(folder).expanduser() for folder in load().font_dirs.split(os.pathsep) if folder]


def _font(name: str, folders: Sequence[Path]) -> Path:
    """Find a brand's font: by its path, else by its file name in SOCIALPIPE_FONT_DIRS."""
    tries = (Path(name), *(folder / Path(name).name for folder in folders))
    return next((path for path in tries if path.is_file()), Path(name))
