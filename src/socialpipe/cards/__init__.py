"""Pure pictures: templates, layout, text engine, drawing, encoding.

`draw` is all that other rooms need. Pillow and HarfBuzz are imported when the first card is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from socialpipe.model import Article, Card, Digest, Limits

_LOGO = 256  # px: no template shows a logo larger


def draw(
    article: Article,
    digest: Digest,
    limits: Limits,
    *,
    site: str = "",
    template: str | None = None,
    theme: str | None = None,
    picture: bytes | None = None,
    found_picture: bytes = b"",
    logo: bytes | None = None,
    colours: Mapping[str, str] | None = None,
    fonts: Sequence[Path] = (),
    font_dirs: Sequence[Path] = (),
    form: str | None = None,
    highlight: str = "",
) -> tuple[Card, ...]:
    """Draw the cards of one post, at least one: the same input gives the same bytes.

    `template` None: the one that fits what the digest holds; `theme` light, dark or None for the
    template's own; `picture` and `logo` are image files that templates may show, `found_picture` is
    the article's, which makes a card about it when there is nothing stronger; `colours` are the
    brand's, by token (accent, paper, ink …), without them an accent is taken from the picture;
    `fonts` are the brand's files, used first; `font_dirs` hold fonts for what the bundled lack;
    `form` is jpeg, webp or png, for platforms that take it; `highlight` is a phrase to mark where a
    text has it, instead of the key number or a keyword.
    Raises NotFound for an unknown template, UsageError for an unknown theme, Refused for a template
    with a mistake, for content or a theme that it lacks, and for a picture or font that is none.
    """
    from socialpipe.cards.content import content
    from socialpipe.cards.drawing import cards
    from socialpipe.cards.memory import settle, trim
    from socialpipe.cards.picture import opened
    from socialpipe.cards.typeset.fonts import checked, library

    settle()
    image = picture or found_picture
    shown = content(article, digest, site).highlighting(highlight)
    shown = shown.showing(
        picture=opened(image) if image else None, logo=opened(logo, _LOGO) if logo else None
    )
    shown = replace(shown, colours=dict(colours or {}), has_chosen_picture=bool(picture))
    own = library(shown.language, tuple(font_dirs), checked(fonts))
    drawn = cards(shown, limits, template, theme, own, form=form)
    trim(sum(card.width * card.height for card in drawn))
    return drawn
