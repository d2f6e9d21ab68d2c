from __future__ import annotations

from socialpipe.model import Article
from socialpipe.text.keywords import computed, keywords
from socialpipe.text.read import read
from socialpipe.text.words import cited

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


def test_plural_and_oblique_forms_are_shown_as_a_dictionary_has_them() -> None:
    hindi = "महिलाओं ने तालाब बनाया। महिलाओं का तालाब। किसानों का तालाब। किसानों ने देखा।"
    found = computed(Article("तालाब", hindi, language="hi"))
    assert "महिला" in found
    assert not any(word.endswith("ों") for word in found)
    turkish = "Raflar dolu. Raflarda kitap var. Kitaplar yeni. Kitap çok."
    shown = computed(Article("Kitap", turkish, language="tr"))
    assert not any(word.casefold().endswith("lar") for word in shown)


def test_a_surname_alone_is_no_keyword() -> None:
    text = "Mayor Ann Aumann opened it. Aumann smiled. Aumann paid. Lisbon cheered, Lisbon sang."
    found = computed(Article("The lamps", text, language="en"))
    assert "Aumann" not in found
    assert "Lisbon" in found


def test_small_letters_are_preferred_where_both_are_seen() -> None:
    text = "Hospital novo. O hospital abriu. Hospital cheio."
    assert "hospital" in computed(
        Article("Horta", text.replace("Hospital n", "O hospital n"), language="pt")
    )


def test_inflected_words_count_as_one_and_show_the_plain_form() -> None:
    text = "Fırın açıldı. Fırının rafları dolu. Fırına gelen kitap alıyor. Fırında kitaplar var."
    found = computed(Article("Kitap", text, language="tr"))
    assert [word.casefold() for word in found].count("fırın") == 1
    assert not any(word.casefold().startswith("fırının") for word in found)


def test_people_are_no_topic_by_their_surname() -> None:
    text = "宮下さんは本屋を始めた。本屋は町にある。宮下さんは笑う。田中氏の本屋、田中氏の棚。"
    text += "スミスさんの本屋。スミスさんは話す。"
    assert computed(Article("町の本屋", text, language="ja")) == ["本屋"]


def test_verb_forms_of_turkish_are_no_nouns() -> None:
    text = "Müşteri kitabı geri getirdiğinde simit alıyor. Kitabı getiren kitap seçiyor. Simit var."
    text += " Düğün salonunda simit var. Düğün bitti."
    found = {word.casefold() for word in computed(Article("Kitap", text, language="tr"))}
    assert {"kitap", "simit", "düğün"} <= found
    assert not any(word.startswith("getir") for word in found)


def test_what_goes_with_a_turkish_noun_is_taken_off() -> None:
    assert cited("öğrenciyle", "tr") == "öğrenci"
    assert cited("arabayla", "tr") == "araba"
    assert cited("yayla", "tr") == "yayla"
