"""Cards of drafts: drawn once, their looks remembered longer than their pixels."""

from __future__ import annotations

import pytest

from socialpipe.cards.samples import samples
from socialpipe.composing import Options
from socialpipe.errors import Refused
from socialpipe.model import Card
from socialpipe.platforms import registry
from socialpipe.web import easel
from socialpipe.web.easel import Drawn, Easel


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was drawn, by its highlight; each 600 bytes."""
    done: list[str] = []

    def draw(_article: object, _digest: object, options: Options, _limits: object) -> object:
        wanted = options.highlight or ""
        done.append(wanted)
        if wanted == "impossible":
            raise Refused("There is no such number.")
        return (Card(wanted.encode() * 600, 10, 20, f"It says {wanted}."),)

    monkeypatch.setattr(easel, "draw_for", draw)
    return done


def _draw(room: Easel, highlight: str) -> Drawn:
    article, digest = samples()["en"]
    return room.draw(article, digest, Options(highlight=highlight), registry.load("x").limits)


def test_the_same_is_drawn_once(drawings: list[str]) -> None:
    room = Easel()
    first, again = _draw(room, "7"), _draw(room, "7")
    assert first.faces == again.faces
    assert again.cards is first.cards
    assert drawings == ["7"]
    assert _draw(room, "8").faces[0].version != first.faces[0].version


def test_looks_outlive_pixels(drawings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a draft draws nothing, however many drafts are open."""
    monkeypatch.setattr(easel, "_ROOM", 1000)
    room = Easel()
    first = _draw(room, "1")
    _draw(room, "2")
    assert _draw(room, "1").faces == first.faces
    assert drawings == ["1", "2"]
    assert first.cards[0].data == b"1" * 600, "it is drawn again"
    assert drawings == ["1", "2", "1"]


def test_what_is_used_is_kept_longest(drawings: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(easel, "_ROOM", 1500)
    monkeypatch.setattr(easel, "_FACES", 2)
    room = Easel()
    kept = _draw(room, "1")
    _draw(room, "2")
    assert kept.cards
    _draw(room, "1")
    _draw(room, "3")
    assert _draw(room, "1").cards == kept.cards
    assert drawings == ["1", "2", "3"]
    _draw(room, "2")
    assert drawings == ["1", "2", "3", "2"]


def test_why_there_is_none_is_remembered(drawings: list[str]) -> None:
    room = Easel()
    for _ in range(2):
        found = _draw(room, "impossible")
        assert found.faces == ()
        assert isinstance(found.problem, Refused)
    assert drawings == ["impossible"]
