"""Golden images: a small picture of each template; `python -m tests.cards.golden` draws anew."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from socialpipe.cards import loading
from socialpipe.cards.drawing import render
from socialpipe.cards.samples import sample

FOLDER = Path(__file__).parent / "golden"
WIDTH = 240  # px
CASES = {
    "aurora": ("ko", (1200, 675)),
    "carousel": ("th", (1080, 1350)),
    "compare": ("zh-Hans", (1080, 1080)),
    "news": ("ar", (1200, 630)),
    "paper": ("en", (1080, 1350)),
    "photo": ("de", (1200, 675)),
    "poster": ("ko", (1000, 1500)),
    "quote": ("ja", (1200, 675)),
    "steps": ("ru", (1080, 1920)),
}


def thumb(name: str) -> Image.Image:
    """Draw one case, small."""
    language, size = CASES[name]
    shown = sample(language)
    if loading.load(name).card.slides == "carousel":
        shown = shown.slides(5)[0]
    image = render(shown, name, size, None).image
    height = round(WIDTH * image.height / image.width)
    return image.resize((WIDTH, height), Image.Resampling.LANCZOS)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how far the worst spot differs, 0 to 255, as an eye sees it from afar."""
    soft = [image.convert("RGB").filter(ImageFilter.GaussianBlur(2)) for image in (one, other)]
    extremes = ImageChops.difference(*soft).getextrema()
    return float(max(high for _, high in extremes))  # type: ignore[misc]


def write() -> None:
    """Draw all golden images."""
    FOLDER.mkdir(exist_ok=True)
    for name in CASES:
        thumb(name).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    write()
