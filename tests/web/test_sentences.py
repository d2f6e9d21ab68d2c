"""What the store, the engine, networks and the reading of articles say is Korean on a Korean page.

Their sentences are English where they are made. This walks the source: every error that is raised,
and every change that is written down, must be recognised when it is shown.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialpipe import errors
from socialpipe.web import i18n, words

ROOT = Path(__file__).parents[2] / "src" / "socialpipe"
ROOMS = (
    *("store", "schedule", "sources", "text", "platforms"),
    *("pipeline.py", "recovery.py", "takedown.py", "preflight.py", "handover.py"),
)
# What no page does says nothing to a page.
UNSEEN = {
    "store/database.py": "an operator's, before there are pages",
    "store/migrate.py": "an operator's, before there are pages",
    "store/keyring.py": "commands: secrets",
    "store/rotation.py": "commands: secrets",
    "store/vault.py": "commands: secrets",
    "store/transfer.py": "commands: db",
    "store/endpoints.py": "commands and API: hooks",
    "store/hooks.py": "commands and API: hooks",
    "store/feeds.py": "commands and API: feeds",
    "sources/watch.py": "commands and API: feeds",
    "schedule/quiet.py": "commands and API: settings of a channel",
    "schedule/slots.py": "commands and API: settings of a channel",
    "schedule/recurrence.py": "commands: queue repeat",
    "platforms/oauth/facts.py": "commands: channel connect",
    "platforms/oauth/flow.py": "commands: channel connect",
    "platforms/oauth/oauth1.py": "commands: channel connect",
    "text/page.py": "a preview as a file, by commands",
}
# Not sentences of their own, or what a command adds.
UNSAID = {
    (
        "Pause it instead: socialpipe channel pause ‹0› (or, to end its credential: "
        "socialpipe channel disconnect ‹1›)"
    ),
    "Take another name, or remove it first: socialpipe channel remove ‹0›",
    "Give a text, Markdown, HTML, PDF or DOCX file, a URL, or - for standard input.",
    "‹0›: ‹1›",  # a brand file: the key, and what pydantic says of it
    "Delivery ‹0› ‹1› ‹2›.",  # the two that it can be are below
    "‹0› ‹1› was stopped",
    "‹0› ‹1› is stopped already.",
    "There is no ‹0› ‹1›.",
    "List them: ‹0›",
}
FILLED = (
    "Delivery 5 is under embargo until 2027-01-05T09:00:00+00:00.",
    "Delivery 5 expires at 2027-01-05T09:00:00+00:00.",
    "evergreen post 5 was stopped",
    "rule 5 was stopped",
    "There is no evergreen post 5.",
    "There is no rule 5.",
    "There is no channel 5.",
    "This PDF is damaged: it cannot be read. Paste the text of the article.",
    (
        "e.org cannot be reached: it refuses connections. Try again later, or paste the text of "
        "the article."
    ),
)
HANGUL = re.compile("[가-힣]")
_ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)}


def _sentences() -> Iterator[tuple[str, str]]:
    """Yield (where, sentence with its gaps filled) for all that rooms say."""
    for file in sorted(ROOT.rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if name.startswith(ROOMS) and name not in UNSEEN:
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield from ((f"{name}:{node.lineno}", one) for one in _said(node))


def _said(call: ast.Call) -> Iterator[str]:
    called = call.func.id if isinstance(call.func, ast.Name) else ""
    told = call.args[:2] if called in _ERRORS else call.args[2:3] if called == "Change" else []
    for node in told:
        if text := _filled(node):
            yield text


def _filled(node: ast.expr) -> str:
    """Return a text or an f-string with something in each gap; "" for what is made elsewhere."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    gaps = iter(range(len(node.values)))
    pieces = (one.value if isinstance(one, ast.Constant) else None for one in node.values)
    return "".join(f"‹{next(gaps)}›" if piece is None else str(piece) for piece in pieces)


def test_every_sentence_of_the_rooms_is_korean_on_a_korean_page() -> None:
    found = {text: where for where, text in _sentences()}
    assert len(found) > 150  # else it walks nothing
    with i18n.speaking_to(i18n.Viewer("ko")):
        english = {
            text: where
            for text, where in found.items()
            if text not in UNSAID and not HANGUL.search(words.said(text))
        }
    assert english == {}


@pytest.mark.parametrize("text", FILLED)
def test_what_is_put_together_is_korean(text: str) -> None:
    with i18n.speaking_to(i18n.Viewer("ko")):
        told = words.said(text)
    assert HANGUL.search(told)
    assert not re.search(r"\b(is|are|the|of|it|was)\b", told), told
    assert words.said(text) == text


def test_what_is_not_there_any_more_is_no_exception() -> None:
    assert {name for name in UNSEEN if not (ROOT / name).is_file()} == set()


def test_several_sentences_are_said_one_by_one() -> None:
    with i18n.speaking_to(i18n.Viewer("ko")):
        one, other = "There is no draft 5.", "It may have been discarded."
        assert words.said(f"{one} {other}") == f"{words.said(one)} {words.said(other)}"
        assert "Said by nobody" in words.said("There is no draft 5. Said by nobody.")
