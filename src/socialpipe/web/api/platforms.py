"""Networks: what each takes, and how long a text is there."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.model import Unit
from socialpipe.platforms import registry
from socialpipe.text.count import measure, problems
from socialpipe.web.api.kinds import Strict, Text
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("platforms")


class Platform(BaseModel):
    """A network, and what it takes."""

    name: str
    title: str
    text: int = Field(description="Longest part, in `unit`.")
    unit: Unit
    threads: bool
    images: int
    image_bytes: int
    alt: int | None = Field(description="Longest alt text; null: there is none.")
    source: str = Field(description="Where the numbers come from, and when they were checked.")


class Measured(Strict):
    """A text to be measured."""

    platform: Text = Field(max_length=100)
    text: Text = Field(max_length=200_000)


class Length(BaseModel):
    """How long a text is by a network's own measure."""

    length: int
    limit: int
    unit: Unit
    fits: bool
    problems: list[str]


@router.get("", response_model=list[Platform])
def index(visit: Annotated[Visit, may(Action.SEE)]) -> list[dict[str, object]]:
    """List the networks."""
    del visit
    return [_told(name) for name in registry.names()]


@router.post("/count")
def count(visit: Annotated[Visit, may(Action.SEE)], wanted: Measured) -> Length:
    """Measure a text."""
    del visit
    limits = registry.load(wanted.platform).limits
    wrong = problems(wanted.text, limits)
    return Length(
        length=measure(wanted.text, limits),
        limit=limits.text,
        unit=limits.unit,
        fits=not wrong,
        problems=wrong,
    )


def _told(name: str) -> dict[str, object]:
    one = registry.load(name)
    limits = one.limits
    same = ("text", "unit", "images", "image_bytes", "alt")
    return {
        **{field: getattr(limits, field) for field in same},
        "name": name,
        "title": one.title,
        "threads": limits.thread,
        "source": f"{limits.source}, {limits.checked}",
    }
