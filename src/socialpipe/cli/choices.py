"""The options of every command that composes, and what a person chose with them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from socialpipe.cli.short_links import check_base
from socialpipe.errors import NotFound, Refused, UsageError
from socialpipe.model import Article

if TYPE_CHECKING:
    from socialpipe.composing import Options
    from socialpipe.text.brand import Brand

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LARGEST_PICTURE = 2_000_000  # bytes
_LARGEST_LOGO = 1_000_000  # bytes; it travels with every campaign


class Choices(TypedDict):
    """What Click hands over for `choices`."""

    link: str | None
    template: str | None
    theme: str | None
    picture: Path | None
    brand: Path | None
    tone: str | None
    engine: str
    short_links: bool | None


_OPTIONS = (
    click.option("--link", metavar="URL", help="Where the posts send readers."),
    click.option("--template", metavar="NAME", help="Card template."),
    click.option("--theme", type=click.Choice(["light", "dark"]), help="Of the cards."),
    click.option(
        "--picture",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Image for the cards; without brand colours it gives their accent too.",
    ),
    click.option(
        "--brand",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Brand file (TOML): voice, hashtags, link parameters, colours, fonts, logo.",
    ),
    click.option(
        "--tone",
        type=click.Choice(["neutral", "friendly", "formal"]),
        help="Overrules the brand file.",
    ),
    click.option(
        "--engine",
        type=click.Choice(["extractive", "llm"]),
        default="extractive",
        show_default=True,
        help="llm: reword with a language model; see SOCIALPIPE_LLM_MODEL.",
    ),
    click.option(
        "--short-links/--full-links",
        default=None,
        help="Links of our own that count clicks; needs SOCIALPIPE_SHORT_LINK_BASE.",
    ),
)


def choices(command: _Command) -> _Command:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_of(chosen: Choices, variants: int = 1) -> Options:
    """Return the choices as `composing.compose` takes them; reads brand file, logo and picture.

    Raises NotFound and UsageError; Refused for a picture that is none.
    """
    from socialpipe.composing import Options

    path = chosen["brand"]
    brand = logo = None
    if chosen["short_links"]:
        check_base()
    if path is not None:
        from socialpipe.text.brand import load

        read = load(path)
        brand, logo = read.model_dump(mode="json", exclude_unset=True), _logo(read, path.parent)
        brand["fonts"] = [_font(name, path.parent) for name in read.fonts]
    return Options(
        link=chosen["link"],
        template=chosen["template"],
        theme=chosen["theme"],
        tone=chosen["tone"],
        brand=brand,
        logo=logo,
        picture=_small(chosen["picture"].read_bytes()) if chosen["picture"] else None,
        engine=chosen["engine"],
        variants=variants,
        short_links=chosen["short_links"],
    )


def illustrated(options: Options, article: Article, source: str) -> Options:
    """Add the article's own picture, when nobody chose one and it has one worth a card."""
    from socialpipe.cards.picture import is_worth_a_card
    from socialpipe.sources.pictures import pictures_of

    if options.picture is not None:
        return options
    for data in pictures_of(article, source):
        try:
            if is_worth_a_card(data):
                return replace(options, found_picture=_small(data))
        except Refused:  # no picture, or a broken one
            continue
    return options


def _font(name: str, folder: Path) -> str:
    """Return a font's whole path when it lies beside the brand file; else its name, to look up."""
    path = (folder / name).absolute()
    return str(path) if path.is_file() else name


def _small(picture: bytes) -> str:
    """Return a picture, as small as cards need it, in base64: it travels with the campaign."""
    from socialpipe.cards.encode import jpeg
    from socialpipe.cards.picture import opened

    data = jpeg(opened(picture).image, _LARGEST_PICTURE)
    return base64.b64encode(data).decode("ascii")


def _logo(brand: Brand, folder: Path) -> str | None:
    """Return the logo in base64; its path is relative to the brand file."""
    if not brand.logo:
        return None
    path = folder / brand.logo
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise NotFound(
            f"The logo {path} cannot be read: {reason}.",
            "Mend logo in the brand file; the path is relative to it.",
        ) from None
    if len(data) > _LARGEST_LOGO:
        raise UsageError(
            f"The logo {path} is larger than {_LARGEST_LOGO // 1_000_000} MB.", "Make it smaller."
        )
    return base64.b64encode(data).decode("ascii")
