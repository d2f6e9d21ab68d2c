"""Plan files (YAML or TOML): which article goes out on which channels, when and how.

plan = "spring"                      # optional: the file's name if not given

[[campaign]]
name = "launch"                      # stays the same: it is how a line is known again
article = "articles/launch.md"       # beside this file, or a URL; or text = "…"
channels = ["news", "shop"]
at = "2027-03-01T09:00"              # with an offset, or with a zone; or "next" for a free slot
zone = "Asia/Seoul"
link = "https://shop.example/launch" # also template, theme, tone, brand, review, not_before, …

[campaign.overrides.shop]                   # the same keys, for one channel
at = "next"
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from socialpipe.cli.choices import illustrated, options_of
from socialpipe.cli.source import read_article
from socialpipe.cli.times import parse_time, read_moment
from socialpipe.errors import NotFound, Refused, UsageError
from socialpipe.model import Article, Json, OnMiss
from socialpipe.text.read import read

if TYPE_CHECKING:
    from socialpipe.planning import Wanted
    from socialpipe.settings import Settings
    from socialpipe.store.intake import Terms

_FIX = "Mend the plan file; docs/plans.md lists its keys."


class _Choice(BaseModel):
    """What may differ between channels."""

    model_config = ConfigDict(extra="forbid", strict=False)

    at: str | datetime | None = None
    zone: str | None = None
    link: str | None = None
    template: str | None = None
    theme: str | None = Field(None, pattern="^(light|dark)$")
    tone: str | None = Field(None, pattern="^(neutral|friendly|formal)$")
    brand: str | None = None
    engine: str | None = Field(None, pattern="^(extractive|llm)$")
    short_links: bool | None = None
    review: bool | None = None
    on_miss: OnMiss | None = None
    not_before: str | datetime | None = None
    expires: str | datetime | None = None


class Entry(_Choice):
    """One campaign of a plan."""

    name: str = Field(min_length=1, max_length=200)
    article: str | None = None
    text: str | None = None
    channels: list[str] = Field(min_length=1)
    overrides: dict[str, _Choice] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_source(self) -> Entry:
        if (self.article is None) is (self.text is None):
            raise ValueError("it needs either an article or a text")
        if strange := sorted(set(self.overrides) - set(self.channels)):
            raise ValueError(f"overrides.{strange[0]} is none of its channels")
        return self

    def choice(self, channel: str) -> dict[str, Any]:
        """Return the keys that hold on one channel."""
        common = self.model_dump(exclude={"name", "article", "text", "channels", "overrides"})
        special = self.overrides.get(channel, _Choice()).model_dump(exclude_unset=True)
        if "at" in special and "zone" not in special:
            common["zone"] = None if _has_offset(special["at"]) else common["zone"]
        return {**common, **special}


class Plan(BaseModel):
    """A plan file."""

    model_config = ConfigDict(extra="forbid")

    plan: str = Field("", max_length=200)
    campaign: list[Entry]

    @model_validator(mode="after")
    def _names_once(self) -> Plan:
        names = [one.name for one in self.campaign]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two campaigns are named {twice[0]!r}")
        return self


def read_plan(path: Path) -> Plan:
    """Read and check a plan file.

    Raises NotFound, or UsageError that names the line or the key.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise NotFound(f"There is no plan file {path}.", "Check the path.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", _FIX) from None
    try:
        plan = Plan.model_validate(_parsed(text, path))
    except ValidationError as error:
        raise UsageError(f"{path.name}: {explained(error)}", _FIX) from None
    return plan if plan.plan else plan.model_copy(update={"plan": path.stem})


def _parsed(text: str, path: Path) -> Any:
    if path.suffix.lower() == ".toml":
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path.name} is no TOML: {error}.", _FIX) from None
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise UsageError(f"{path.name} is no YAML: {said}.", _FIX) from None


def explained(error: ValidationError) -> str:
    """Say in words what is wrong with a plan."""
    # A key that does not exist says more than the one that is missing for it.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "extra_forbidden":
        return f"there is no key {where}."
    return f"{where}: {first['msg'].removeprefix('Value error, ')}."


def wanted(plan: Plan, folder: Path, settings: Settings, now: datetime) -> list[Wanted]:
    """Return every line of a plan; files and brands are read beside it, in `folder`.

    Raises NotFound, UsageError and Refused, naming the campaign and the channel.
    """
    return list(_lines(plan, folder, settings, now))


def _lines(plan: Plan, folder: Path, settings: Settings, now: datetime) -> Iterator[Wanted]:
    for entry in plan.campaign:
        for name in dict.fromkeys(entry.channels):
            try:
                yield _line(entry, name, folder, settings, now)
            except (UsageError, Refused, NotFound) as error:
                error.what = f"Campaign {entry.name!r} on {name}: {error.what}"
                raise


def _line(entry: Entry, channel: str, folder: Path, settings: Settings, now: datetime) -> Wanted:
    from socialpipe.planning import Wanted
    from socialpipe.store.plans import Line

    choice = entry.choice(channel)
    at, zone = choice.pop("at"), choice.pop("zone")
    moment = None if at in {None, "next"} else read_moment(_text(at), zone, now)
    time = "next" if moment is None else f"{_text(at)} {zone or ''}".strip()
    made = partial(_content, entry, choice, folder)
    line = Line(entry.name, channel, _hash(entry, choice, folder), time)
    return Wanted(line, moment, _terms(choice, settings, now), made)


def _text(at: str | datetime) -> str:
    return at if isinstance(at, str) else at.isoformat()


def _has_offset(at: str | datetime | None) -> bool:
    try:
        return datetime.fromisoformat(_text(at or "")).tzinfo is not None
    except ValueError:
        return False


def _terms(choice: Mapping[str, Any], settings: Settings, now: datetime) -> Terms:
    from socialpipe.store.intake import Terms

    opens, ends = (
        parse_time(_text(choice[key]), now) if choice[key] else None
        for key in ("not_before", "expires")
    )
    if opens and ends and ends <= opens:
        raise Refused("It expires before its embargo ends.", "Give a later expires")
    missed = choice["on_miss"] or settings.on_miss
    more = {"not_before": opens, "expires_at": ends, "needs_review": bool(choice["review"])}
    return Terms.of(settings, on_miss=missed, **more)


def _hash(entry: Entry, choice: Mapping[str, Any], folder: Path) -> str:
    """Name all that makes the post: what is read from files counts, not where they lie."""
    files = [_bytes(folder, name) for name in (_local(entry), choice["brand"]) if name]
    said = {**choice, "brand": None, "source": entry.text or entry.article}
    if _local(entry):
        said["source"] = None
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(b"\0".join([text.encode(), *files])).hexdigest()


def _local(entry: Entry) -> str | None:
    """Return the path of a local article; what an address leads to is not asked each time."""
    return None if entry.article is None or "://" in entry.article else entry.article


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        reason = (error.strerror or "no such file").lower()
        raise NotFound(
            f"{folder / name} cannot be read: {reason}.", "Paths are relative to the plan file."
        ) from None


def _content(entry: Entry, choice: Mapping[str, Any], folder: Path) -> tuple[Article, Json]:
    source = entry.article or ""
    if _local(entry):
        source = str(folder / source)
    article = read(entry.text, name="text.txt") if entry.text else read_article(source)
    options = options_of(
        {
            "link": choice["link"],
            "template": choice["template"],
            "theme": choice["theme"],
            "picture": None,
            "brand": folder / choice["brand"] if choice["brand"] else None,
            "tone": choice["tone"],
            "engine": choice["engine"] or "extractive",
            "short_links": choice["short_links"],
            "card_form": None,
        }
    )
    return article, asdict(illustrated(options, article, source or "-"))
