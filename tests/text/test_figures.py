from __future__ import annotations

import pytest

from socialpipe.text.figures import figures
from socialpipe.text.quotes import quotes


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        (
            "ko",
            "6~9개월 걸려 1,500만 달러, 20~30% 늘고 수억 달러",
            ["6~9개월", "1,500만 달러", "20~30%", "수억 달러"],
        ),
        ("ko", "01.AI는 3월 4일에 1만 2,000명이", ["1만 2,000명"]),
        (
            "en",
            "It spent $4.2 million on 612 objects in 2024, up 12%.",
            ["$4.2 million", "612 objects", "12%"],
        ),
        ("en", "Version 2.0 of GPT-4 at 10:30 on 192.168.0.1", []),
        ("ja", "半年で1万2,000人、1.5倍になった", ["1万2,000人", "1.5倍"]),
        ("zh-Hans", "运送46万人次，占71%", ["46万人次", "71%"]),
        ("de", "1,9 Millionen Euro und 12 Prozent", ["1,9 Millionen Euro", "12 Prozent"]),
        (
            "fr",
            "coûte 2,3 millions d’euros, 78 % de 4 000 habitants",
            ["2,3 millions d’euros", "78 %", "4 000 habitants"],
        ),
        ("pt", "custou R$ 690 mil e caiu 27%", ["R$ 690 mil", "27%"]),
        ("tr", "satışlar yüzde 18 arttı, 5.200 lira", ["yüzde 18", "5.200 lira"]),
        ("ar", "نحو 90 طناً بنسبة 35%", ["90 طناً", "35%"]),
        ("hi", "11 लाख रुपये और 22 प्रतिशत", ["11 लाख रुपये", "22 प्रतिशत"]),
        ("th", "ค่าใช้จ่าย 4.8 ล้านบาท", ["4.8 ล้านบาท"]),
        ("ru", "14 тысяч рублей и 214 семей", ["14 тысяч рублей", "214 семей"]),
    ],
)
def test_figures_come_with_what_they_count(language: str, text: str, found: list[str]) -> None:
    assert [figure.text for figure in figures(text, language)] == found
    assert all(text[f.start : f.end] == f.text for f in figures(text, language))


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "“The cloud” is near. “We came back,” she said.", ["The cloud", "We came back"]),
        ("en", "the “cloud” is near", []),
        ("ko", "그는 “고쳐 쓰자”라고 했다", ["고쳐 쓰자"]),
        ("fr", "« Nous réparons », dit-elle", ["Nous réparons"]),
        ("de", "„Wir reparieren“, sagt sie", ["Wir reparieren"]),
        ("zh-Hant", "他說：「壞的不是傘，是我們」", ["壞的不是傘，是我們"]),
    ],
)
def test_quotations_are_more_than_one_word(language: str, text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in quotes(text, language)] == found
