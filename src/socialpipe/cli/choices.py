"""The options of every command that composes, and what a person chose with them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from socialpipe.cli.short_links import check_base
from socialpipe.errors import NotFound, UsageError
from socialpipe.model import Article

if TYPE_CHECKING:
    from socialpipe.composing import Options
    from socialpipe.text.brand import Brand

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LARGEST_LOGO = 1_000_000  # bytes; it travels with every campaign


class Choices(TypedDict):
    """What Click hands over for `choices`."""

    link: str | None
    template: str | None
    theme: str | None
    card_form: str | None
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
        "--card-format",
        "card_form",
        type=click.Choice(["jpeg", "webp", "png"]),
        help="Of the cards, for platforms that take it; default: JPEG.",
    ),
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
        card_form=chosen["card_form"],
        tone=chosen["tone"],
        brand=brand,
        logo=logo,
        picture=_portable(chosen["picture"]) if chosen["picture"] else None,
        engine=chosen["engine"],
        variants=variants,
        short_links=chosen["short_links"],
    )


def illustrated(options: Options, article: Article, source: str) -> Options:
    """Add the article's own picture; see `illustration`."""
    from socialpipe.illustration import illustrated as add

    return add(options, article, source)


def _font(name: str, folder: Path) -> str:
    """Return a font's whole path when it lies beside the brand file; else its name, to look up."""
    path = (folder / name).absolute()
    return str(path) if path.is_file() else name


def _portable(picture: Path) -> str:
    from socialpipe.illustration import portable

    return portable(picture.read_bytes())


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
