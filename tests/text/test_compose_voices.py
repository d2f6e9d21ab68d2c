"""Each network's voice: what its users would expect to read."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import pytest
from tests.text.articles import ALL, ENGLISH, KOREAN, made
from tests.text.limits import BLOG, EVERY, INSTAGRAM, LINKEDIN

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest, Post, PostKind, Unit
from socialpipe.text.compose import compose
from socialpipe.text.count import measure, problems
from socialpipe.text.longform import markdown
from socialpipe.text.style import Style

LINK = "https://example.com/bakery"


def told(network: str, pair: tuple[Article, Digest] = KOREAN) -> tuple[Post, str]:
    post = compose(*pair, network, EVERY[network], link=LINK)
    return post, post.parts[0].text


@pytest.mark.parametrize("network", EVERY)
@pytest.mark.parametrize("language", ALL)
def test_every_network_takes_what_is_composed_for_it(language: str, network: str) -> None:
    post, _ = told(network, ALL[language])
    for n, part in enumerate(post.parts):
        assert problems(part.text, EVERY[network], with_image=n == 0) == []
        assert "\n\n\n" not in part.text
        assert not any(line != line.strip() for line in part.text.splitlines())


def test_threads_has_one_tag_and_no_list_of_sentences() -> None:
    post, text = told("threads", ENGLISH)
    assert post.hashtags == ("Bakery",)
    assert "•" not in text
    assert "• 새벽" in told("threads")[1]


def test_instagram_points_to_the_profile_instead_of_a_dead_link() -> None:
    post, text = told("instagram")
    assert post.kind is PostKind.CAROUSEL
    assert LINK not in text
    assert "🔗 전문은 프로필 링크에서 확인하세요." in text
    assert "프로필" not in compose(*KOREAN, "instagram", INSTAGRAM).parts[0].text


def test_instagram_counts_tags_of_the_article_s_own_words() -> None:
    pair = made("en", "Five #one #two #three", ["Then #four #five."], ["a1", "b2", "c3"])
    post = compose(*pair, "instagram", INSTAGRAM)
    assert post.parts[0].text.count("#") <= 5


def test_instagram_hands_its_tags_to_a_first_comment_where_it_can() -> None:
    commented = replace(INSTAGRAM, comments=True)
    post = compose(*KOREAN, "instagram", commented, link=LINK)
    assert post.first_comment == "#동네빵집 #소상공인 #예약제"
    assert post.hashtags == ("동네빵집", "소상공인", "예약제")
    assert "#" not in post.parts[0].text
    for limits, style in ((commented, Style(first_comment=False)), (INSTAGRAM, Style())):
        inline = compose(*KOREAN, "instagram", limits, style=style)
        assert inline.first_comment is None
        assert inline.parts[0].text.endswith("#동네빵집 #소상공인 #예약제")


def test_tags_stand_in_the_text_where_a_brand_wants_that() -> None:
    pair = made("en", "A bakery", ["The bakery bakes rye."], ["Bakery", "Rye", "Slow"])
    text = compose(*pair, "linkedin", LINKEDIN, style=Style(inline_tags=True)).parts[0].text
    assert text.startswith("A #bakery\n")
    assert "The bakery bakes #rye" in text
    assert text.endswith("\n#Slow")
    assert text.count("#") == 3


def test_a_content_warning_counts_as_text() -> None:
    limits = replace(EVERY["mastodon"], text=150, warning=100)
    plain = compose(*KOREAN, "mastodon", limits, link=LINK)
    warned = compose(*KOREAN, "mastodon", limits, link=LINK, style=Style(warning="밀가루\n" * 10))
    assert warned.warning == " ".join(["밀가루"] * 10)
    for part in warned.parts:
        assert measure(warned.warning + part.text, limits) == part.length <= 150
    assert len(warned.parts[0].text) < len(plain.parts[0].text)
    assert plain.warning is None
    assert compose(*KOREAN, "x", EVERY["x"], style=Style(warning="밀가루")).warning is None
    with pytest.raises(Refused, match="content warning is 101"):
        compose(*KOREAN, "mastodon", limits, style=Style(warning="a" * 101))


def test_linkedin_has_a_heading_over_its_points_and_says_nothing_twice() -> None:
    post, text = told("linkedin", ENGLISH)
    assert "Key points:\n•" in text
    assert f"Read more: {LINK}" in text
    assert text.count(ENGLISH[1].summary) == 1
    assert post.title == ENGLISH[0].title


def test_linkedin_limits_what_is_sent_after_escaping() -> None:
    pair = made("en", "Under_scores " * 3, ["(a) [b] *c* " * 20 + str(n) for n in range(5)], [])
    post = compose(*pair, "linkedin", replace(LINKEDIN, text=900))
    assert post.parts[0].length <= 900
    assert post.parts[0].length > len(post.parts[0].text)


def test_pins_and_forums_have_a_title_and_their_link_in_a_field() -> None:
    for network in ("pinterest", "reddit"):
        post, text = told(network)
        assert post.title == KOREAN[0].title
        assert post.link == LINK
        assert LINK not in text
        assert KOREAN[0].title not in text
    assert told("pinterest")[0].kind is PostKind.PIN
    assert "#" not in told("reddit")[1]


def test_a_blog_gets_the_whole_article_or_the_gist_of_it() -> None:
    article, digest = KOREAN
    post, text = told("wordpress")
    assert post.kind is PostKind.ARTICLE
    assert text == markdown(article)
    assert post.hashtags == digest.hashtags
    short = compose(article, digest, "wordpress", replace(BLOG, text=60), link=LINK)
    assert short.parts[0].text == (
        "새벽 예약제로 폐기율을 절반으로 줄임\n\n- 단골 320명에게 매주 손글씨 메뉴 발송"
    )


def test_discord_marks_up_and_escapes() -> None:
    pair = made("en", "The *new* snake_case_name", ["See a_b at https://e.com/a_b now"], [])
    post = compose(*pair, "discord", EVERY["discord"])
    assert post.parts[0].text == (
        "**The \\*new\\* snake\\_case\\_name**\n\n- See a\\_b at https://e.com/a_b now"
    )


def test_discord_takes_no_heading_link_or_mention_from_a_text() -> None:
    pair = made("en", "The day", ["# One of [us](https://e.com) told <@1>", "> 1 - 2"], [])
    post = compose(*pair, "discord", EVERY["discord"])
    assert post.parts[0].text == (
        "**The day**\n\n- \\# One of \\[us](https://e.com) told \\<@1>\n- \\> 1 - 2"
    )


def test_slack_shows_signs_that_mark_nothing_up() -> None:
    assert told("slack")[1].startswith("*동네 빵집이 매출을 두 배로 늘린 방법*\n")
    points = ["*별* 아래 _a_b_ 와 ~끝~ `x` 3~5시 https://e.com/_a_ *"]
    text = told("slack", made("ko", "The *new* & <b> day", points, []))[1]
    assert text == (
        "*The ∗new∗ & <b> day*\n\n"
        f"• ∗별∗ 아래 ˍa_bˍ 와 ∼끝∼ ˋxˋ 3~5시 https://e.com/_a_ ∗\n\n{LINK}"
    )


def test_slack_counts_what_is_sent() -> None:
    pair = made("en", "Bread & butter", ["R&D & <b> & more " * 9 + str(n) for n in range(5)], [])
    limits = replace(EVERY["slack"], unit=Unit.ENTITIES, text=500)
    (part,) = compose(*pair, "slack", limits).parts
    assert part.length == len(escape(part.text, quote=False)) <= 500


def test_labels_speak_the_article_s_language() -> None:
    assert f"전문 보기 👉 {LINK}" in told("telegram")[1]
    assert f"続きを読む 👉 {LINK}" in told("telegram", ALL["ja"])[1]
    unknown = made("und", "Titulus", ["Sententia una."], [])
    assert f"\n\n{LINK}" in told("telegram", unknown)[1]


def test_a_network_without_a_voice_gets_the_default() -> None:
    post = compose(*KOREAN, "somewhere", EVERY["misskey"], link=LINK)
    assert post.parts[0].text.startswith("동네 빵집이 매출을 두 배로 늘린 방법\n\n• ")
