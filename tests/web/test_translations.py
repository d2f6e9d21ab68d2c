"""Every sentence that a page can show is there in Korean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from socialpipe.resources import templates
from socialpipe.web import i18n, words

ROOT = Path(__file__).parents[2] / "src" / "socialpipe"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "Phrase": None,
}
_PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w+\}")


def _messages() -> Iterator[tuple[str, str]]:
    """Yield (where, sentence) for all that is marked in pages and code."""
    pages = [(file, "jinja2.ext:babel_extract") for file in (templates() / "web").rglob("*.html")]
    code = [(file, "python") for file in ROOT.rglob("*.py")]
    for file, method in (*pages, *code):
        if file.name == "contact-sheet.html":
            continue
        options = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
        with file.open("rb") as source:
            found = extract(method, source, keywords=KEYWORDS, options=options)
            for line, message, _comments, context in found:
                first = message if isinstance(message, str) else next(iter(message or ()), "")
                if first:
                    yield f"{file.name}:{line}", first if not context else f"{context}\x04{first}"


def _catalog(locale: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for file in sorted(i18n.folder(locale).glob("*.po")):
        with file.open("rb") as source:
            for entry in read_po(source, locale=locale):
                key = entry.id if isinstance(entry.id, str) else entry.id[0]
                said: Any = entry.string
                text = said if isinstance(said, str) else said[0]
                known[f"{entry.context}\x04{key}" if entry.context else key] = text
    return known


def test_nothing_is_left_in_english() -> None:
    known = _catalog("ko")
    missing = {text: where for where, text in _messages() if not known.get(text)}
    assert missing == {}


def test_placeholders_survive_translation() -> None:
    for message, text in _catalog("ko").items():
        wanted = sorted(_PLACEHOLDER.findall(message.rpartition("\x04")[2]))
        assert not message or sorted(_PLACEHOLDER.findall(text)) == wanted, message


@pytest.mark.parametrize(
    ("accepted", "locale"),
    [("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("de-DE,en;q=0.5", "en"), ("fr", "en"), ("", "en")],
)
def test_speaks_the_browsers_language(accepted: str, locale: str) -> None:
    assert i18n.negotiated(accepted) == locale


def test_says_states_in_korean() -> None:
    with i18n.speaking_to(i18n.Viewer("ko")):
        assert words.word("published") == "게시됨"
