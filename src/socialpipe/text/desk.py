"""The desk at which the drafts of one post are tried against one network's measure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from socialpipe.model import Limits, Part, Point
from socialpipe.text import page
from socialpipe.text.count import measure, problems
from socialpipe.text.fit import shorten
from socialpipe.text.hashtags import inline
from socialpipe.text.material import Material
from socialpipe.text.voices import Voice

LONG_POINT = 60  # code points; such points are easier to read with space between them


@dataclass(frozen=True, slots=True)
class Draft:
    """What one part shall say. `points` are in the order of the article."""

    hook: str = ""
    points: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    summary: str = ""
    body: str = ""
    signature: str = ""
    number: str = ""
    link: bool = True  # whether this part carries it


@dataclass(frozen=True, slots=True)
class Desk:
    """One network's page, rules and material, on which drafts are tried."""

    platform: str
    limits: Limits
    voice: Voice
    material: Material
    with_image: bool
    warning: str = ""  # counts as text of each part

    def write(self, block: str, draft: Draft) -> str:
        """Return the draft in the words of the network's template."""
        draft = self._inlined(draft) if self.material.inline_tags else draft
        values = self.material.values() | {
            "hook": draft.hook,
            "points": draft.points,
            "airy": any(len(point) > LONG_POINT for point in draft.points),
            "tags": [f"#{tag}" for tag in draft.tags],
            "summary": draft.summary,
            "body": draft.body,
            "signature": draft.signature,
            "number": draft.number,
        }
        if not draft.link:
            values["link"] = ""
        return page.render(self.pages, block, values)

    def _inlined(self, draft: Draft) -> Draft:
        """Move the tags into what is said, as far as it has their words."""
        hook, left = inline(draft.hook, draft.tags)
        summary, left = inline(draft.summary, left)
        points = []
        for point in draft.points:
            said, left = inline(point, left)
            points.append(said)
        return replace(draft, hook=hook, summary=summary, points=tuple(points), tags=left)

    @property
    def pages(self) -> tuple[str, str, str]:
        """Name the templates to look for a block in: the network's own first."""
        return self.platform, self.voice.page, "default"

    def title(self) -> str:
        """Return the title for networks that have a field for it."""
        return page.render(self.pages, "title", self.material.values())

    def fits(self, text: str, *, first: bool = True) -> bool:
        """Tell whether the network takes `text` as one part; images go with the first."""
        return not problems(self.warning + text, self.limits, with_image=first and self.with_image)

    def part(self, text: str, *, first: bool = True) -> Part:
        """Return the text with its length and limit."""
        limit = self.limits.text_limit(with_image=first and self.with_image)
        return Part(text, measure(self.warning + text, self.limits), limit, self.limits.unit)

    def shortened(self, block: str, draft: Draft) -> str:
        """Return the draft with as much of its hook as fits; "" when nothing of it does."""
        hook = shorten(
            draft.hook, lambda text: self.fits(self.write(block, replace(draft, hook=text)))
        )
        return self.write(block, replace(draft, hook=hook)) if hook else ""


def in_article_order(points: Iterable[Point]) -> tuple[str, ...]:
    """Return the texts of the points as the article has them."""
    return tuple(point.text for point in sorted(points, key=lambda point: point.span))
