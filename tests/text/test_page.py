"""Templates of posts: found, sandboxed, and clear about their faults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from socialpipe.errors import UsageError
from socialpipe.resources import templates
from socialpipe.text import page
from socialpipe.text.labels import Labels, labels
from socialpipe.text.lexicon import LANGUAGES


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(page, "templates", lambda: tmp_path)
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "default.j2").write_text("{% block single %}{{ hook }}{% endblock %}")
    _forget()
    yield tmp_path / "posts"
    _forget()


def _forget() -> None:
    page._environment.cache_clear()
    page._find.cache_clear()


def test_every_shipped_template_can_be_read() -> None:
    for path in (templates() / "posts").glob("*.j2"):
        assert page.has([path.stem, "default"], "single")


def test_the_default_stands_in(folder: Path) -> None:
    assert page.render(["unheard-of", "default"], "single", {"hook": "Hi"}) == "Hi"
    assert not page.has(["unheard-of", "default"], "title")


def test_blanks_are_settled(folder: Path) -> None:
    (folder / "x.j2").write_text("{% block single %}\n\n{{ a }}  \n\n\n\n{{ b }}\n\n{% endblock %}")
    assert page.render(["x", "default"], "single", {"a": "1", "b": "2"}) == "1\n\n2"


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("{% block single %}{{ hook", "x.j2, line 1"),
        ("{% block single %}{{ nonsense }}{% endblock %}", "'nonsense' is undefined"),
        ("{% block single %}{{ hook.__class__.__mro__ }}{% endblock %}", "unsafe"),
    ],
)
def test_a_faulty_template_is_named(folder: Path, source: str, what: str) -> None:
    (folder / "x.j2").write_text(source)
    with pytest.raises(UsageError, match=what):
        page.render(["x", "default"], "single", {"hook": "Hi"})


def test_a_missing_block_is_named(folder: Path) -> None:
    with pytest.raises(UsageError, match="no block closing"):
        page.render(["x", "default"], "closing", {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_words_and_no_figures(language: str) -> None:
    words = labels(language)
    assert words.read
    assert words.points
    assert words.profile
    assert not any(letter.isdigit() for letter in repr(words))


def test_labels_are_found_by_language_script_and_region() -> None:
    assert labels("ko").read == "전문 보기"
    assert labels("pt-BR") is labels("pt")
    assert labels("zh-TW").read == "閱讀全文"
    assert labels("zh").read == "阅读全文"
    assert labels("und") == Labels()
