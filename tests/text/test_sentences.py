from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialpipe.text.lexicon import LANGUAGES, lexicon
from socialpipe.text.sentences import split


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Dr. Cole came at 5 p.m. on Monday.", "She left.", "Why?"]),
        ("en", ["It cost 3.5 million.", "J. Petty paid."]),
        ("en", ['"A library was never about paper," she says.', "It is not."]),
        ("en", ["“We came. We saw. We mended,” said Ann.", "All of it."]),
        ("ko", ["그는 “고칩니다. 다시 씁니다.”라고 말했다.", "모두 웃었다."]),
        ("ko", ["완전 충격! 😲", "다음 날이었다."]),
        ("ko", ["그런데… 세상이 바뀌었다.", "끝."]),
        ("ja", ["「来ますか。」と聞いた。", "彼は来た。"]),
        ("zh-Hans", ["他说：“修好了。”", "大家都笑了！", "真的？"]),
        ("de", ["Am 3. Mai kamen z.B. alle.", "Niemand fehlte."]),
        ("hi", ["वह आया।", "सब हँसे।"]),
        ("ar", ["هل جاء؟", "نعم جاء."]),
        ("es", ["¿Cerrarías tu calle?", "Sí."]),
        ("tr", ["3. katta oturuyor.", "Geldi."]),
    ],
)
def test_sentences_end_where_readers_end_them(language: str, sentences: list[str]) -> None:
    text = ("" if language in {"ja", "zh-Hans"} else " ").join(sentences)
    assert [text[a:b] for a, b in split(text, lexicon(language))] == sentences


def test_thai_sentences_end_at_spaces_before_an_opener() -> None:
    text = "เทศบาลปลูกต้นไม้สามพันต้นรอบป้ายรถเมล์ในเวลาสองปี นอกจากนี้ยังปลูก ต้นพะยอม ด้วย"
    assert len(split(text, lexicon("th"))) == 2


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_sentences_are_spans_in_order_that_lose_only_spaces(text: str, language: str) -> None:
    spans = split(text, lexicon(language))
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans)
    assert "".join(kept.split()) == "".join(text.split())
