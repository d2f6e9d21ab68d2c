"""What a card has in common with its plate is encoded once, and no byte of the file shows it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from socialpipe.cards import loading
from socialpipe.cards.content import Content
from socialpipe.cards.drawing import render
from socialpipe.cards.encode import encode
from socialpipe.cards.paint.canvas import Canvas
from socialpipe.cards.render import Drawing
from socialpipe.cards.samples import sample
from socialpipe.cards.strips import QUALITY, ROW, Overlay, Strips, overlaid, strips, whole

NO_LIMIT = 1 << 30
NOISE = Image.effect_noise((64, 100), 90).convert("RGB")


def shown(name: str) -> Content:
    one = sample("ko")
    return one.slides(5)[1] if loading.load(name).card.slides == "carousel" else one


def drawn_over(name: str, size: tuple[int, int]) -> Drawing:
    """Draw a card on a plate that is known."""
    render(shown(name), name, size, None)
    drawing = render(shown(name), name, size, None)
    assert drawing.overlay is not None
    return drawing


@pytest.mark.parametrize("about", ["", "<x>무엇 \u00ff</x>"])
@pytest.mark.parametrize("name", loading.names())
def test_the_file_is_the_same_as_one_that_was_encoded_whole(name: str, about: str) -> None:
    drawing = drawn_over(name, (600, 315))
    data, _ = encode(drawing.image, ["jpeg"], NO_LIMIT, about, drawing.overlay)
    assert data == encode(drawing.image, ["jpeg"], NO_LIMIT, about)[0]
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert image.info.get("xmp", b"").decode() == about


def test_only_painted_rows_are_encoded() -> None:
    drawing = drawn_over("quote", (600, 315))
    assert drawing.overlay is not None
    rows = drawing.overlay.strips.rows
    assert 0 < len(drawing.overlay.painted) < len(rows)
    encoded = strips(drawing.image).rows
    kept = [n for n in range(len(rows)) if n not in drawing.overlay.painted]
    assert [encoded[n] for n in kept] == [rows[n] for n in kept]
    # An overlay whose rows are empty shows which of them are taken from it.
    blank = Overlay(
        Strips(drawing.overlay.strips.head, (b"",) * len(rows)), drawing.overlay.painted
    )
    data = overlaid(drawing.image, blank)
    assert len(data) < len(whole(drawing.image, QUALITY)) - sum(len(rows[n]) for n in kept) + 100


def test_a_file_that_is_too_large_is_encoded_with_less_quality() -> None:
    drawing = drawn_over("news", (600, 315))
    best = len(whole(drawing.image, QUALITY))
    data, _ = encode(drawing.image, ["jpeg"], best - 1, "", drawing.overlay)
    assert len(data) < best
    assert data == encode(drawing.image, ["jpeg"], best - 1)[0]


@given(
    patches=st.lists(
        st.tuples(st.integers(-20, 70), st.integers(-30, 110), st.integers(1, 40)), max_size=6
    )
)
def test_whatever_is_painted_where(patches: list[tuple[int, int, int]]) -> None:
    ground = Image.new("RGB", NOISE.size, "#2F5D8A")
    canvas = Canvas(ground.copy(), strips(ground))
    for x, y, side in patches:
        canvas.lay(NOISE.crop((0, 0, side, side)), x, y)
        canvas.fill([(200, 30, 40, 255)], (x + 3, y + 3, side, side), side // 3)
    data = encode(canvas.image, ["jpeg"], NO_LIMIT, "", canvas.overlay)[0]
    assert data == encode(canvas.image, ["jpeg"], NO_LIMIT)[0]
    assert all(n >= 0 for n in canvas.painted)
    assert len(strips(ground).rows) == -(-ground.height // ROW)
