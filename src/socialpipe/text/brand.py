"""The brand file: a marketer's name, voice, tags, links and words, in TOML.

name = "Corner Bakery"
tone = "friendly"              # neutral, friendly or formal
emoji = "some"                 # none, some or many
signature = "Baked daily."
banned_words = ["cheap"]

[tags]
default = ["CornerBakery"]
banned = ["ad"]

[link.utm]
source = "{platform}"
medium = "social"

[platforms.linkedin]           # the same keys, for one network
tone = "formal"
"""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from socialpipe.errors import NotFound, UsageError
from socialpipe.model import Json
from socialpipe.text.hashtags import normalise
from socialpipe.text.style import Emoji, Style, Tone

PLACEHOLDERS = ("platform", "channel", "language", "brand")
FIX = "Mend the brand file; docs/brand.md lists its keys."


def _tag(text: str) -> str:
    tag = normalise(text)
    if tag is None:
        raise ValueError(f"{text!r} cannot be a hashtag: it needs a letter")
    return tag


def _utm(text: str) -> str:
    try:
        text.format(**dict.fromkeys(PLACEHOLDERS, ""))
    except (KeyError, IndexError, ValueError) as error:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValueError(f"{text!r} may hold only {known}") from error
    return text


Tag = Annotated[str, AfterValidator(_tag)]
Pattern = Annotated[str, AfterValidator(_utm)]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Tags(_Table):
    """Hashtags that every post carries, those that none does, and where they stand."""

    default: list[Tag] = []
    banned: list[Tag] = []
    first_comment: bool = True
    inline: bool = False


class Link(_Table):
    """Query parameters `utm_<name>`, whether a post carries the link, and whether a short one."""

    utm: dict[str, Pattern] = {}
    show: bool = True
    short: bool = False


class Override(_Table):
    """What differs on one network; None: nothing does."""

    tone: Annotated[Tone, Field(strict=False)] | None = None
    emoji: Annotated[Emoji, Field(strict=False)] | None = None
    signature: str | None = None
    content_warning: str | None = None
    hashtags: Annotated[int, Field(ge=0, le=30)] | None = None
    tags: Tags | None = None
    link: Link | None = None


class Brand(_Table):
    """One brand, as its file says."""

    name: str = ""
    site: str = ""
    logo: str = ""
    colours: dict[str, Colour] = {}
    fonts: list[str] = []
    tone: Annotated[Tone, Field(strict=False)] = Tone.NEUTRAL
    emoji: Annotated[Emoji, Field(strict=False)] = Emoji.SOME
    signature: str = ""
    content_warning: str = ""
    hashtags: Annotated[int, Field(ge=0, le=30)] | None = None
    banned_words: list[str] = []
    tags: Tags = Tags()
    link: Link = Link()
    platforms: dict[str, Override] = {}

    def style(
        self, platform: str, *, channel: str = "", language: str = "", tone: Tone | None = None
    ) -> Style:
        """Return the wishes for one network; `tone` overrules the file.

        A `channel` that is not known goes by its platform's name.
        """
        special = self.platforms.get(platform, Override()).model_dump(exclude_unset=True)
        wishes = Brand.model_validate(_merged(self.model_dump(), special))
        values = {"platform": platform, "channel": channel or platform}
        values |= {"language": language, "brand": self.name}
        return Style(
            tone=tone or wishes.tone,
            emoji=wishes.emoji,
            signature=wishes.signature,
            hashtags=wishes.hashtags,
            default_tags=tuple(wishes.tags.default),
            banned_tags=tuple(wishes.tags.banned),
            banned_words=tuple(wishes.banned_words),
            utm={f"utm_{name}": text.format(**values) for name, text in wishes.link.utm.items()},
            show_link=wishes.link.show,
            short_link=wishes.link.short,
            warning=wishes.content_warning,
            first_comment=wishes.tags.first_comment and not wishes.tags.inline,
            inline_tags=wishes.tags.inline,
        )

    @property
    def wants_short_links(self) -> bool:
        """Whether the links of any network shall be short."""
        return any(self.style(name).short_link for name in ("", *self.platforms))


def load(path: Path) -> Brand:
    """Read a brand file. Raises NotFound or UsageError that names the key and the remedy."""
    try:
        return parse(path.read_text("utf-8"), path.name)
    except FileNotFoundError:
        raise NotFound(f"There is no brand file {path}.", "Check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", FIX) from None


def parse(source: str, name: str = "brand file") -> Brand:
    """Read the text of a brand file. Raises UsageError."""
    try:
        return Brand.model_validate(tomllib.loads(source))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is no TOML: {error}.", FIX) from None
    except ValidationError as error:
        raise UsageError(f"{name}: {_explained(error)}", FIX) from None


def _merged(base: Json, special: Json) -> Json:
    """Return `base` with the keys of `special`, table by table."""
    both = {
        key: _merged(base[key], value) if isinstance(value, dict) else value
        for key, value in special.items()
    }
    return base | both


def _explained(error: ValidationError) -> str:
    first = error.errors()[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] != "extra_forbidden":
        return f"{path}: {first['msg'].removeprefix('Value error, ')}."
    keys = [*Brand.model_fields, *Tags.model_fields, *Link.model_fields]
    near = get_close_matches(str(first["loc"][-1]), keys, n=1)
    return f"there is no key {path}" + (f"; did you mean {near[0]}?" if near else ".")
