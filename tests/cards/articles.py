"""Articles, digests and limits to draw with."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from socialpipe.model import Article, Digest, Limits, Point, Unit

LIMITS = Limits(text=280, unit=Unit.WEIGHTED, source="none", checked="2026-11-23", images=1)


def article(title: str = "A quiet hour", language: str = "en", **more: Any) -> Article:
    return Article(title=title, text=title, language=language, **more)


def digest(headline: str = "A quiet hour", **more: Any) -> Digest:
    given: dict[str, Any] = {"summary": "", "points": (), **more}
    return Digest(headline=headline, **given)


def points(*texts: str) -> tuple[Point, ...]:
    return tuple(Point(text, (0, 1)) for text in texts)


def file(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
