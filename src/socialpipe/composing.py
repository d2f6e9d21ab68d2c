"""An article becomes a campaign: read → digest → compose → draw, for each platform.

Needs no store, no account and no network (but for the engine llm), and imports as little.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from socialpipe.model import Article, Campaign, Card, Digest, Json, Limits, Post, Provenance
from socialpipe.platforms import registry
from socialpipe.platforms.base import Platform

if TYPE_CHECKING:
    from socialpipe.text.brand import Brand
    from socialpipe.text.style import Style


Shorten = Callable[[str, str], str]  # a channel's name and a target → a short address for it


@dataclass(frozen=True, slots=True)
class Options:
    """What a person chose for a campaign; plain JSON, since workers read it from the store."""

    link: str | None = None
    template: str | None = None
    theme: str | None = None  # light or dark; None: the template's own
    card_form: str | None = None  # jpeg, webp or png where it is taken; None: JPEG
    tone: str | None = None  # of `text.style.Tone`; overrules the brand's
    brand: Json | None = None  # what the brand file says
    logo: str | None = None  # the brand's, an image file in base64
    picture: str | None = None  # for the cards, an image file in base64
    found_picture: str | None = None  # the article's own, likewise: shown where it suits
    engine: str = "extractive"  # or llm
    variants: int = 1  # posts with different first lines, to choose from
    short_links: bool | None = None  # links of our own; None: as the brand wants
    highlight: str | None = None  # what cards mark; None: the key number or a keyword


@dataclass(frozen=True, slots=True)
class Made:
    """What became of an article: `posts` by channel, variants best first."""

    digest: Digest
    posts: Mapping[str, tuple[Post, ...]]
    provenance: Provenance


def compose(
    article: Article,
    platforms: Sequence[str],
    options: Options,
    *,
    shorten: Shorten | None = None,
) -> Campaign:
    """Digest an article and make the posts of each platform, cards and all.

    A platform stands for a channel of its name. Raises as `compose_for` does.
    """
    made = compose_for(article, {name: name for name in platforms}, options, shorten=shorten)
    posts = tuple(chain.from_iterable(made.posts.values()))
    return Campaign(article, made.digest, posts, made.provenance)


def compose_for(
    article: Article,
    channels: Mapping[str, str],
    options: Options,
    *,
    limits: Mapping[str, Limits] | None = None,
    shorten: Shorten | None = None,
) -> Made:
    """Digest an article and make the posts of each channel, given with its platform.

    `limits` are those of channels that have their own, by name. `shorten` gives short links to
    channels that want them; without it links stay whole. Raises NotFound for an unknown platform
    or template, Refused when a post cannot be made, UsageError when the engine llm is not set up.
    """
    rooms = _rooms(channels, limits)
    made = write_for(article, channels, options, limits=rooms, shorten=shorten)
    cards = {
        room: draw_for(article, made.digest, options, room)
        for room in dict.fromkeys(rooms.values())
    }
    posts = {
        channel: tuple(replace(post, cards=cards[rooms[channel]]) for post in told)
        for channel, told in made.posts.items()
    }
    return replace(made, posts=posts)


def write_for(
    article: Article,
    channels: Mapping[str, str],
    options: Options,
    *,
    limits: Mapping[str, Limits] | None = None,
    shorten: Shorten | None = None,
) -> Made:
    """Digest an article and write the posts of each channel, without cards; like `compose_for`."""
    rooms = _rooms(channels, limits)
    essence, provenance = _digest(article, options.engine)
    studio = _Studio(article, essence, options, _brand(options), shorten)
    posts = {
        channel: studio.texts(channel, registry.load(name), rooms[channel])
        for channel, name in channels.items()
    }
    return Made(essence, posts, provenance)


def draw_for(
    article: Article, essence: Digest, options: Options, limits: Limits
) -> tuple[Card, ...]:
    """Draw the cards of posts with such limits; raises as `cards.draw` does."""
    return _Studio(article, essence, options, _brand(options), None).cards(limits)


def _rooms(channels: Mapping[str, str], limits: Mapping[str, Limits] | None) -> dict[str, Limits]:
    return {name: registry.load(kind).limits for name, kind in channels.items()} | dict(
        limits or {}
    )


def wants_short_links(options: Options) -> bool:
    """Tell whether any post may want a short link."""
    if options.short_links is not None or options.brand is None:
        return bool(options.short_links)
    brand = _brand(options)
    return brand is not None and brand.wants_short_links


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


@dataclass(frozen=True, slots=True)
class _Studio:
    """Where the posts of one article are made."""

    article: Article
    essence: Digest
    options: Options
    brand: Brand | None
    shorten: Shorten | None

    def texts(self, channel: str, platform: type[Platform], limits: Limits) -> tuple[Post, ...]:
        """Return a channel's posts without cards."""
        from socialpipe.text.compose import variants

        link, style = self._link(channel, platform, self._style(channel, platform))
        return variants(
            self.article,
            self.essence,
            platform.name,
            limits,
            self.options.variants,
            link=link,
            with_image=limits.images > 0,
            style=style,
        )

    def _style(self, channel: str, platform: type[Platform]) -> Style:
        from socialpipe.text.style import Style, Tone

        tone = Tone(self.options.tone) if self.options.tone else None
        if self.brand is None:
            return Style(tone=tone or Tone.NEUTRAL)
        language = self.article.language
        return self.brand.style(platform.name, channel=channel, language=language, tone=tone)

    def _link(
        self, channel: str, platform: type[Platform], style: Style
    ) -> tuple[str | None, Style]:
        """Return where a post leads to; what is shortened has its parameters already."""
        from socialpipe.text.links import tagged
        from socialpipe.text.voices import voice

        link, wanted = self.options.link or self.article.url, self.options.short_links
        wanted = style.short_link if wanted is None else wanted
        # A blog may name the original to search engines: they want its own address.
        original = platform.limits.link_field and voice(platform.name).body
        if link and self.shorten and wanted and style.show_link and not original:
            return self.shorten(channel, tagged(link, style.utm)), replace(style, utm={})
        return link, style

    def cards(self, limits: Limits) -> tuple[Card, ...]:
        """Draw what all posts of such limits share."""
        if limits.images == 0:
            return ()
        from socialpipe.cards import draw

        folders, brand, options = _font_dirs(), self.brand, self.options
        return draw(
            self.article,
            self.essence,
            limits,
            site=brand.name if brand else "",
            template=options.template,
            theme=options.theme,
            picture=base64.b64decode(options.picture) if options.picture else None,
            found_picture=base64.b64decode(options.found_picture or ""),
            logo=base64.b64decode(options.logo) if options.logo else None,
            colours=brand.colours if brand else None,
            fonts=[_font(name, folders) for name in brand.fonts] if brand else (),
            font_dirs=folders,
            form=options.card_form,
            highlight=options.highlight or "",
        )


def _font_dirs() -> list[Path]:
    from socialpipe.settings import load

    return [Path(folder).expanduser() for folder in load().font_dirs.split(os.pathsep) if folder]


def _font(name: str, folders: Sequence[Path]) -> Path:
    """Find a brand's font: by its path, else by its file name in SOCIALPIPE_FONT_DIRS."""
    tries = (Path(name), *(folder / Path(name).name for folder in folders))
    return next((path for path in tries if path.is_file()), Path(name))
