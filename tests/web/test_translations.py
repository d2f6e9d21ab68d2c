"""Every sentence that a page can show is there in Korean."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from socialpipe.model import Delivery, State
from socialpipe.resources import templates
from socialpipe.schedule.explain import explain
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


_NOW = datetime(2026, 11, 23, tzinfo=UTC)
SAMPLE = Delivery(
    id=5,
    campaign_id=1,
    channel_id=1,
    channel="mastodon",
    platform="mastodon",
    title="A title",
    state=State.SCHEDULED,
    due_at=_NOW,
    wanted_at=_NOW,
    attempt=1,
    max_attempts=6,
    fence=1,
    key="key",
    grace=timedelta(hours=6),
)
HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("state", State)
def test_explains_every_state_in_korean(state: State) -> None:
    told = explain(replace(SAMPLE, state=state, due_at=_NOW + timedelta(minutes=90)), _NOW)
    with i18n.speaking_to(i18n.Viewer("ko")):
        for sentence in (told.cause, told.next_step, told.who):
            assert HANGUL.search(words.said(sentence)), sentence
    assert copy.deepcopy(told) == told  # as `--json` needs it
    assert words.said(told.cause) == str(told.cause)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("it expired 1 h 30 min ago", "유효 기간이 지난 시간: 1시간 30분"),
        ("found on the network: https://e.org/1", "네트워크에서 찾음: https://e.org/1"),
        ("attempt 2 of 6", "시도 2/6"),
        ("There is no delivery 5.", "게시 항목이 없습니다: 5"),
        ("A sentence of somebody else.", "A sentence of somebody else."),
    ],
)
def test_says_in_korean_what_the_store_keeps_in_english(kept: str, said: str) -> None:
    with i18n.speaking_to(i18n.Viewer("ko")):
        assert words.said(kept) == said
    assert words.said(kept) == kept


def test_a_long_text_is_nobodys_sentence() -> None:
    text = "published: " + "x" * 2000
    with i18n.speaking_to(i18n.Viewer("ko")):
        assert words.said(text) == text


def test_says_states_in_korean() -> None:
    with i18n.speaking_to(i18n.Viewer("ko")):
        assert words.word("published") == "게시됨"
