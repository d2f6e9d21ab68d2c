"""The guard over all languages: what the source says passes, what it does not say fails."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpipe.llm.grounding import names, numbers, unfounded
from socialpipe.llm.sheet import Sheet, sheet_of
from socialpipe.text.digest import digest
from socialpipe.text.lexicon import lexicon
from socialpipe.text.read import read

SAMPLES = sorted((Path(__file__).parent.parent / "samples").iterdir())


@lru_cache(maxsize=32)
def sheet(path: Path) -> Sheet:
    return sheet_of(read(path.read_bytes(), name=path.name))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
class TestEveryLanguage:
    def test_the_article_s_own_sentences_pass(self, path: Path) -> None:
        shown = sheet(path)
        for sentence in shown.sentences:
            assert unfounded(sentence.text, sentence.text, shown.text, shown.language) is None

    def test_the_extractive_points_pass(self, path: Path) -> None:
        article = read(path.read_bytes(), name=path.name)
        for point in digest(article).points:
            source = f"{article.title}\n{article.text}"
            assert unfounded(point.text, source, source, article.language) is None

    def test_another_digit_fails(self, path: Path) -> None:
        shown = sheet(path)
        tried = 0
        for sentence in shown.sentences:
            for found in re.finditer(r"\d+", sentence.text):
                changed = str(int(found[0]) + 7919)
                text = sentence.text[: found.start()] + changed + sentence.text[found.end() :]
                assert unfounded(text, sentence.text, shown.text, shown.language), text
                tried += 1
        assert tried > 3

    def test_a_stranger_in_the_subject_fails(self, path: Path) -> None:
        strangers = {
            "ko": "김철수는 ", "ja": "鈴木は", "zh-Hans": "王晓明", "zh-Hant": "王曉明",
            "th": "นายสมชาย ใจดี รัฐมนตรีว่าการกระทรวงพาณิชย์ ประกาศว่า ", "ar": "سمير ",
            "hi": "मोहनलाल ", "ru": "Пётр Захаров: ",
        }  # fmt: skip
        shown = sheet(path)
        stranger = strangers.get(shown.language, "Zacharias Quux: ")
        sentence = min(shown.sentences, key=lambda one: len(one.text)).text
        assert unfounded(stranger + sentence, sentence, shown.text, shown.language)


@pytest.mark.parametrize(
    ("language", "source", "line"),
    [
        (
            "en",
            "Today the branch lends 612 objects, from pressure washers to projectors.",
            "The branch now lends 612 objects, even projectors",
        ),
        (
            "ko",
            "봉사자 35명 가운데 절반은 은퇴한 기술자입니다.",
            "봉사자 35명의 절반이 은퇴한 기술자다",
        ),
        (
            "de",
            "Die Bäckerei verkaufte am Montag 400 Brote, sagt Inhaberin Mira Olsen.",
            "Mira Olsens Bäckerei verkaufte 400 Brote am Montag",
        ),
        (
            "ja",
            "駅前の本屋が月曜日に四百冊、火曜日に320冊を売った。",
            "駅前の本屋、火曜日に320冊を売る",
        ),
    ],
)
def test_honest_rewording_passes(language: str, source: str, line: str) -> None:
    assert unfounded(line, source, source, language) is None


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("500 loaves on Monday", "500"),
        ("400 ovens on Monday", "400 ovens"),
        ("$400 of loaves on Monday", "$400"),
        ("Olsen sold loaves in Berlin on Monday", "Berlin"),
        ("Olsensson sold 400 loaves", "Olsensson"),
        ("OLSENIA sold 400 loaves", "OLSENIA"),
        ("cheaper coffee everywhere for everybody", "cheaper coffee everywhere for everybody"),
    ],
)
def test_what_is_not_said(line: str, word: str) -> None:
    source = "The bakery of Mira Olsen sold 400 loaves on Monday."
    assert unfounded(line, source, source, "en") == word


@pytest.mark.parametrize(
    ("language", "source", "line"),
    [
        ("ja", "駅前の本屋は火曜日に開いた。", "ハリウッドの本屋は開いた"),
        ("ja", "駅前の本屋は火曜日に開いた。", "駅前の劇場は火曜日に開いた"),
        ("zh-Hans", "角落里的面包店星期一卖出了四百个面包。", "角落里的咖啡馆卖出了四百个面包"),
        ("th", "ร้านเบเกอรี่หัวมุมขายขนมปังได้สี่ร้อยก้อน", "ร้านกาแฟหัวมุมขายกาแฟได้สี่ร้อยแก้ว"),
        ("ko", "모퉁이 빵집이 월요일에 빵을 팔았다.", "모퉁이 카페가 월요일에 빵을 팔았다"),
    ],
)
def test_words_without_capitals_are_held_to_the_source(
    language: str, source: str, line: str
) -> None:
    assert unfounded(line, source, source, language)


def test_names_count_anywhere_but_numbers_in_their_sentence() -> None:
    first, second = "Olsen sold 400 loaves.", "She bought 3 ovens from Lisbon."
    whole = f"{first}\n{second}"
    assert unfounded("Olsen bought 3 ovens from Lisbon", second, whole, "en") is None
    assert unfounded("She bought 400 ovens", second, whole, "en") == "400"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,500", "1500"), ("1.500", "1500"), ("1’500", "1500"), ("١٥٠٠", "1500"), ("१५००", "1500"),
        ("3.5", "3.5"), ("3,5", "3.5"), ("12,345,678.9", "12345678.9"), ("0.125", "0125"),
    ],
)  # fmt: skip
def test_numbers_are_one_however_written(text: str, value: str) -> None:
    assert numbers(f"about {text} of them") == [value]


def test_korean_names_lose_their_particles() -> None:
    found = names("박선우는 은평구에서 DeepSeek와 만났다", lexicon("ko"))
    assert {"박선우", "은평구", "DeepSeek"} <= set(found)
    assert names("토스터를 멀쩡히 고쳤습니다", lexicon("ko")) == ["토스터", "멀쩡히"]


@given(st.text(max_size=200), st.sampled_from(["ko", "en", "ja", "zh-Hans", "th", "ar", "und"]))
def test_any_text_is_survived_and_bears_itself_out(text: str, language: str) -> None:
    assert unfounded(text, text, text, language) is None
