"""The lean reader of the language model: the same answers as the library's own, in less memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from socialpipe.text.identifier import load

WANTED = ("de", "en", "id", "nl", "vi")
SAMPLES = Path(__file__).parent.parent / "samples"


def test_it_answers_as_the_library_does() -> None:
    own = LanguageIdentifier.from_model_file(MODEL_FILE)
    own.set_languages(WANTED)
    lean = load(WANTED)
    assert lean.labels == own.labels
    for path in SAMPLES.iterdir():
        for line in path.read_text("utf-8").splitlines():
            assert lean.rank(line) == own.rank(line)


def test_it_takes_half_the_memory() -> None:
    def peak(read: Callable[[], object]) -> int:
        tracemalloc.start()
        read()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert 2 * peak(lambda: load(WANTED)) < peak(
        lambda: LanguageIdentifier.from_model_file(MODEL_FILE)
    )
