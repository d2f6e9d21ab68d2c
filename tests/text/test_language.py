from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from socialpipe.text.language import detect, normal
from socialpipe.text.lexicon import LANGUAGES, lexicon

SAMPLES = Path(__file__).parent.parent / "samples"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_an_article_names_its_language(path: Path) -> None:
    assert detect(path.read_text("utf-8")) == path.name.rpartition("-")[0]


@pytest.mark.parametrize(
    ("text", "claim", "tag"),
    [
        ("12 345", None, "und"),
        ("12 345", "ko-KR", "ko"),
        ("AI는 어디로 가나", "en", "ko"),
        ("東京", "zh-TW", "zh-Hant"),
        ("东京", None, "zh-Hans"),
        ("東京へ行きます", None, "ja"),
        ("Це місто їхнє", None, "uk"),
        ("Das ist ein kurzer Satz über das Wetter in Berlin.", None, "de"),
        ("Questa è una frase breve sul tempo a Milano oggi.", None, "it"),
    ],
)
def test_short_texts(text: str, claim: str | None, tag: str) -> None:
    assert detect(text, claim) == tag


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en-GB", "en"),
        ("zh_TW", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("in", "id"),
        ("xx", None),
        ("", None),
    ],
)
def test_tags_are_normalised(tag: str, expected: str | None) -> None:
    assert normal(tag) == expected


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_language_has_its_words(tag: str) -> None:
    words = lexicon(tag)
    assert len(words.stopwords) > 50
    assert words.units
    assert words.calls.pattern != "(?!)"


def test_reading_korean_text_loads_no_model_and_no_html_library() -> None:
    code = (
        "import sys; from socialpipe.text.read import read;"
        "from socialpipe.text.digest import digest;"
        "digest(read('수리 카페가 문을 열었습니다. 주민들이 모였습니다.'));"
        "heavy = {'numpy', 'py3langid', 'lxml', 'trafilatura', 'rjieba', 'markdown_it', 'yaml'};"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "set()\n", done.stderr
