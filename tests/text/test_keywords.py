from __future__ import annotations

from socialpipe.model import Article
from socialpipe.text.keywords import computed, keywords
from socialpipe.text.read import read

KOREAN = (
    "수리 카페의 하루\n\n수리 카페는 도서관에 있다. 주민은 수리 카페를 좋아한다. "
    "도서관이 문을 열면 주민들이 모인다. 하지만 도서관의 자리는 좁다. 하지만 모두 즐겁다."
)


def test_korean_particles_are_stripped_and_connectives_are_no_keywords() -> None:
    found = computed(read(KOREAN))
    assert "수리 카페" in found
    assert "도서관" in found
    assert not any(word.startswith("하지") for word in found)


def test_a_phrase_hides_the_word_that_is_hardly_said_without_it() -> None:
    found = computed(read(KOREAN))
    assert "카페" not in found


def test_enough_of_the_authors_own_are_not_added_to() -> None:
    own = ("a1", "b2", "c3")
    assert keywords(Article("t", "repair repair repair", language="en", keywords=own)) == own


def test_the_authors_come_first_and_each_once() -> None:
    text = "Repair helps. Repair is cheap. The library lends. A library mends. Repair it, library."
    found = keywords(Article("Repair", text, language="en", keywords=("repair",)))
    assert found[0] == "repair"
    assert len({word.casefold() for word in found}) == len(found)
    assert "library" in found


def test_chinese_words_are_cut_by_the_dictionary() -> None:
    text = "人工智能公司发布了模型。人工智能公司的模型很便宜，模型的价格下降。"
    assert "人工智能" in computed(Article("人工智能", text, language="zh-Hans"))


def test_inflected_words_count_as_one_and_show_the_plain_form() -> None:
    text = "Fırın açıldı. Fırının rafları dolu. Fırına gelen kitap alıyor. Fırında kitaplar var."
    found = computed(Article("Kitap", text, language="tr"))
    assert [word.casefold() for word in found].count("fırın") == 1
    assert not any(word.casefold().startswith("fırının") for word in found)
