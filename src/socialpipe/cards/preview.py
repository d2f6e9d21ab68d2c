"""A contact sheet: one template at every size, as a picture and as a page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape
from io import BytesIO

from PIL import Image

from socialpipe.cards import loading
from socialpipe.cards.alt import alt_text
from socialpipe.cards.content import Content
from socialpipe.cards.drawing import render
from socialpipe.cards.encode import jpeg
from socialpipe.cards.render import Drawing
from socialpipe.cards.sizes import SIZES

_WIDTH, _ROW, _GAP = 1800, 420, 24  # px
_GROUND = "#8A8D93"
_NO_LIMIT = 1 << 30  # bytes


def drawings(
    shown: Content,
    template: str,
    theme: str | None = None,
    sizes: Mapping[str, tuple[int, int]] = SIZES,
) -> dict[str, Drawing]:
    """Draw a template at every size; a carousel shows its cover.

    Raises NotFound for an unknown template.
    """
    if loading.load(template).card.slides == "carousel":
        shown = shown.slides(3)[0]
    return {name: render(shown, template, size, theme) for name, size in sizes.items()}


def sheet(drawn: Mapping[str, Drawing]) -> bytes:
    """Return one PNG with all drawings, scaled to rows of the same height."""
    thumbs = [_thumb(drawing.image) for drawing in drawn.values()]
    places, height = _rows([thumb.size for thumb in thumbs])
    ground = Image.new("RGB", (_WIDTH, height), _GROUND)
    for thumb, place in zip(thumbs, places, strict=True):
        ground.paste(thumb, place)
    out = BytesIO()
    ground.save(out, "PNG", compress_level=1)
    return out.getvalue()


def page(drawn: Mapping[str, Drawing], title: str, language: str) -> str:
    """Return a page that shows all drawings with their sizes and alt texts; needs no other file."""
    figures = "\n".join(_figure(name, drawing, language) for name, drawing in drawn.items())
    return f"""<!doctype html>
<html lang="{escape(language)}"><meta charset="utf-8"><title>{escape(title)}</title>
<style>
body {{ margin: 24px; font: 15px/1.5 system-ui, sans-serif; background: #e9eaec; color: #16171d }}
main {{ display: flex; flex-wrap: wrap; gap: 24px; align-items: flex-start }}
figure {{ margin: 0; max-width: 480px }}
img {{ width: 100%; height: auto; border-radius: 8px; box-shadow: 0 4px 16px #0003 }}
figcaption {{ margin-top: 8px }}
</style>
<h1>{escape(title)}</h1>
<main>
{figures}
</main>
</html>
"""


def _figure(name: str, drawing: Drawing, language: str) -> str:
    data = b64encode(jpeg(drawing.image, _NO_LIMIT)).decode()
    alt = escape(alt_text(drawing.root, language, None))
    width, height = drawing.image.size
    return (
        f'<figure><img src="data:image/jpeg;base64,{data}" alt="{alt}" width="{width}" '
        f'height="{height}"><figcaption><b>{escape(name)}</b> {width}×{height}<br>'
        f"<small>{alt}</small></figcaption></figure>"
    )


def _thumb(image: Image.Image) -> Image.Image:
    width = round(image.width * _ROW / image.height)
    return image.resize((width, _ROW), Image.Resampling.LANCZOS)


def _rows(sizes: list[tuple[int, int]]) -> tuple[list[tuple[int, int]], int]:
    """Place thumbs from left to right; returns the places and the height of all rows."""
    places, x, y = [], _GAP, _GAP
    for width, _ in sizes:
        if x > _GAP and x + width + _GAP > _WIDTH:
            x, y = _GAP, y + _ROW + _GAP
        places.append((x, y))
        x += width + _GAP
    return places, y + _ROW + _GAP
