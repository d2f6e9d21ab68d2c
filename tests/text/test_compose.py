"""Posts: what they say, what they leave out, and that they always fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.text.articles import ALL, ENGLISH, KOREAN, made
from tests.text.limits import BLUESKY, EVERY, LINKEDIN, MASTODON, NETWORKS, TELEGRAM, X

from socialpipe.errors import Refused
from socialpipe.model import Article, Digest, Limits, Point, Post, PostKind
from socialpipe.text import entities
from socialpipe.text.compose import compose
from socialpipe.text.count import measure, problems
from socialpipe.text.style import Style, Tone

LINK = "https://example.com/bakery"


def texts(post: Post) -> list[str]:
    return [part.text for part in post.parts]


def test_a_short_article_is_one_post_on_x() -> None:
    post = compose(*KOREAN, "x", X, link=LINK)
    assert "\n---\n".join(texts(post)) == (
        "동네 빵집이 매출을 두 배로 늘린 방법\n\n"
        "• 새벽 예약제로 폐기율을 절반으로 줄임\n"
        "• 단골 320명에게 매주 손글씨 메뉴 발송\n"
        "• 밀가루 대신 지역 쌀로 원가 18% 절감\n\n"
        "https://example.com/bakery\n#동네빵집 #소상공인"
    )
    assert post.kind is PostKind.SINGLE
    assert post.link == LINK
    assert post.hashtags == ("동네빵집", "소상공인")
    assert post.language == "ko"
    part = post.parts[0]
    assert (part.length, part.limit, part.unit) == (measure(part.text, X), 280, X.unit)


def test_a_long_article_is_a_thread_on_x_with_its_link_at_the_end() -> None:
    post = compose(*ENGLISH, "x", X, link=LINK)
    assert post.kind is PostKind.THREAD
    assert texts(post)[0].startswith("How a corner bakery doubled its sales")
    assert texts(post)[0].endswith("🧵 1/3")
    assert [text.split()[0] for text in texts(post)[1:]] == ["2/3", "3/3"]
    assert texts(post)[-1].endswith(f"{LINK}\n#Bakery #SmallBusiness")
    assert "".join(texts(post)).count("http") == 1
    for point in ENGLISH[1].points:
        assert any(point.text in text for text in texts(post))


def test_a_thread_has_its_link_where_its_readers_look_for_it() -> None:
    short = replace(BLUESKY, text=200)
    post = compose(*ENGLISH, "bluesky", short, link=LINK)
    assert post.kind is PostKind.THREAD
    assert [LINK in text for text in texts(post)] == [True] + [False] * (len(post.parts) - 1)
    assert texts(post)[-1].endswith("#Bakery #SmallBusiness #LocalFood")
    assert ENGLISH[1].points[-1].text in texts(post)[-1]
    on_x = compose(*ENGLISH, "x", X, link=LINK)
    assert [LINK in text for text in texts(on_x)] == [False, False, True]
    unlinked = compose(*ENGLISH, "bluesky", short)
    assert "http" not in "".join(texts(unlinked))


def test_a_link_that_does_not_fit_beside_the_hook_closes_the_thread() -> None:
    link = "https://example.com/" + "a" * 120
    post = compose(*ENGLISH, "bluesky", replace(BLUESKY, text=200), link=link)
    assert [link in text for text in texts(post)] == [False] * (len(post.parts) - 1) + [True]


def test_no_part_is_hashtags_alone() -> None:
    points = [f"Point {letter} " + "x" * 160 for letter in "abc"]
    pair = made("en", "A title", points, ["Bakery" * 4, "Flour" * 4, "Bread" * 4])
    post = compose(*pair, "bluesky", replace(BLUESKY, text=190), link=LINK)
    assert post.kind is PostKind.THREAD
    assert "Point c" in texts(post)[-1]
    assert post.hashtags == ()
    assert "#" not in "".join(texts(post))


def test_short_points_share_a_part_and_long_ones_do_not() -> None:
    def counts(length: int) -> list[int]:
        points = [f"Point {letter} " + "word " * length for letter in "abcde"]
        post = compose(*made("en", "Title of it", points, []), "x", X, link=LINK)
        return [text.count("Point") for text in texts(post)]

    assert counts(22) == [1, 2, 2]
    assert counts(40) == [1, 1, 1, 1, 1]


def test_a_point_too_long_for_a_part_goes_on_in_the_next() -> None:
    points = ["One sentence is short. " + "Another one goes on " * 20 + "to its end.", "Last one."]
    post = compose(*made("en", "Title " * 12, points, []), "x", X, link=LINK)
    said = " ".join(texts(post))
    assert post.kind is PostKind.THREAD
    assert "One sentence is short." in said
    assert texts(post)[2].startswith("3/3 …")
    assert "to its end." in said
    assert texts(post)[1].endswith("…")


def test_other_networks_take_it_in_one_post() -> None:
    for network in ("mastodon", "telegram"):
        post = compose(*ENGLISH, network, NETWORKS[network], link=LINK)
        assert post.kind is PostKind.SINGLE
        assert LINK in texts(post)[0]


def test_a_network_without_threads_gets_one_post() -> None:
    post = compose(*ENGLISH, "x", replace(X, thread=False), link=LINK)
    assert len(post.parts) == 1
    assert LINK in texts(post)[0]


def test_the_ladder_drops_tags_first_then_points() -> None:
    full = compose(*KOREAN, "telegram", replace(TELEGRAM, caption=None, hashtags=3), link=LINK)
    length = full.parts[0].length
    seen = []
    for limit in range(length, 20, -1):
        post = compose(*KOREAN, "telegram", replace(TELEGRAM, text=limit, caption=None), link=LINK)
        shown = sum(point.text in texts(post)[0] for point in KOREAN[1].points)
        seen.append((shown, len(post.hashtags)))
        assert LINK in texts(post)[0]
        if limit < len(LINK) + 20:
            break
    assert list(dict.fromkeys(seen))[:5] == [(3, 3), (3, 2), (3, 1), (2, 3), (2, 2)]
    assert seen[-1] == (0, 0)


def test_points_stand_in_the_order_of_the_article() -> None:
    article, digest = KOREAN
    shuffled = replace(digest, points=digest.points[::-1])
    assert texts(compose(article, shuffled, "x", X)) == texts(compose(article, digest, "x", X))


def test_a_point_that_repeats_the_hook_is_left_out() -> None:
    article, digest = made("en", "Bread is back", ["Bread is back!", "Flour is cheap."], [])
    assert texts(compose(article, digest, "mastodon", MASTODON)) == [
        "Bread is back\n\n• Flour is cheap."
    ]


@pytest.mark.parametrize(
    ("language", "line"),
    [("ko", "“굽는 만큼 팔린다”"), ("ja", "「굽는 만큼 팔린다」"), ("fr", "« 굽는 만큼 팔린다 »")],
)
def test_a_quote_as_the_first_line_is_marked_as_one(language: str, line: str) -> None:
    article, digest = made(language, "Bread", ["It is back."], [], hook="굽는 만큼 팔린다")
    quoting = replace(article, quotes=("굽는 만큼 팔린다",))
    assert texts(compose(quoting, digest, "x", X))[0].startswith(f"{line}\n")


def test_full_stops_are_even() -> None:
    article, digest = made("en", "Bread", ["It is back.", "It is cheap"], [])
    assert "• It is back\n• It is cheap" in texts(compose(article, digest, "x", X))[0]


def test_korean_endings_are_brought_into_one_register() -> None:
    points = ["빵값이 크게 내렸어요.", "밀값이 떨어진 덕분입니다.", "손님은 두 배로 늘었다."]
    article, digest = made("ko", "빵값 하락", points, [])
    text = texts(compose(article, digest, "mastodon", MASTODON))[0]
    assert "내렸습니다." in text
    assert "늘었습니다." in text


@pytest.mark.parametrize(
    ("tone", "ending"),
    [(Tone.NEUTRAL, "내렸습니다"), (Tone.FORMAL, "내렸습니다"), (Tone.FRIENDLY, "내렸어요")],
)
def test_korean_is_formal_unless_the_tone_is_friendly(tone: Tone, ending: str) -> None:
    points = ["빵값이 크게 내렸어요.", "밀값도 올해 내렸어요."]
    pair = made("ko", "빵값 하락", points, [], hook="손님이 두 배로 늘었어요.")
    text = texts(compose(*pair, "linkedin", LINKEDIN, style=Style(tone=tone)))[0]
    assert text.count(ending) == 2
    assert ("늘었습니다" in text) is (tone is not Tone.FRIENDLY)


def test_a_link_in_a_field_is_not_in_the_text() -> None:
    post = compose(*KOREAN, "mastodon", replace(MASTODON, link_field=True), link=LINK)
    assert LINK not in texts(post)[0]
    assert post.link == LINK


def test_the_link_becomes_ascii() -> None:
    post = compose(*KOREAN, "x", X, link="https://example.com/빵")
    assert post.link == "https://example.com/%EB%B9%B5"
    assert post.link in texts(post)[0]


def test_tags_that_would_break_are_left_out() -> None:
    article, digest = made("en", "Bread", ["It is back."], ["C++", "2026", "R&D", "Bread", "a b"])
    assert compose(article, digest, "mastodon", MASTODON).hashtags == ("Bread",)


def test_telegram_is_shorter_beside_an_image() -> None:
    article, digest = made("en", "Bread", [f"Point {n} " + "x" * 210 for n in "abcde"], [])
    with_image = compose(article, digest, "telegram", TELEGRAM)
    without = compose(article, digest, "telegram", TELEGRAM, with_image=False)
    assert (with_image.parts[0].limit, without.parts[0].limit) == (1024, 4096)
    assert with_image.parts[0].length <= 1024 < without.parts[0].length


def test_what_cannot_be_posted_is_refused() -> None:
    empty = Digest(headline="", summary="", points=())
    with pytest.raises(Refused, match="no title"):
        compose(Article(title="\u200b", text=""), empty, "x", X)
    with pytest.raises(Refused, match="no web address"):
        compose(*KOREAN, "x", X, link="mailto:a@example.com")
    with pytest.raises(Refused, match="does not fit") as refusal:
        compose(*KOREAN, "bluesky", BLUESKY, link="https://example.com/" + "a" * 300)
    assert refusal.value.fix == "Give a shorter link with --link."


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("language", ALL)
def test_every_number_comes_from_the_article(language: str, network: str) -> None:
    article, digest = ALL[language]
    post = compose(article, digest, network, NETWORKS[network], link=LINK)
    for text in texts(post):
        said = regex.sub(r"\b\d/\d\b", "", text)
        for number in regex.findall(r"\d+", said):
            assert number in article.title + article.text


# ── for any text at all ────────────────────────────────────────────────────────────────────────

LETTERS = "가각힣|abc|ABC|éñ|漢字|かな|カナ|ไทย|עבר|عرب|हिं|বাং|தமி|кир|ελλ|հայ|ქარ|ကခ|ខ្មែរ"
TROUBLE = "👩‍👩‍👧|🇰🇷|1️⃣|②|½|http://e.com/a?b|01.AI|#태그|@a@b.social|3,000만 달러"
HIDDEN = "\u202e|\u200b|\u0301|.|? |\n"
SCRIPTS = st.sampled_from(f"{LETTERS}|{TROUBLE}|{HIDDEN}".split("|"))
WRITING = st.lists(st.one_of(SCRIPTS, st.text(max_size=4)), max_size=80).map("".join)


@st.composite
def digests(draw: st.DrawFn) -> tuple[Article, Digest]:
    points = draw(st.lists(WRITING, max_size=5))
    text = "\n".join(points)
    digest = Digest(
        headline=draw(WRITING),
        summary=draw(WRITING),
        points=tuple(Point(point, (n, n + 1)) for n, point in enumerate(points)),
        hook=draw(WRITING),
        emoji=draw(st.sampled_from(["", "🧠"])),
        hashtags=tuple(draw(st.lists(WRITING, max_size=4))),
    )
    language = draw(st.sampled_from(["ko", "en", "ja", "und", "ar", "zh-TW"]))
    return Article(title=draw(WRITING), text=text, language=language), digest


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    digests(),
    st.sampled_from(sorted(EVERY)),
    st.sampled_from([None, LINK, "https://example.com/글/" + "a" * 100]),
    st.booleans(),
    st.integers(5, 500),
    st.booleans(),
)
def test_a_post_fits_or_is_refused(
    pair: tuple[Article, Digest],
    network: str,
    link: str | None,
    with_image: bool,
    limit: int,
    inline: bool,
) -> None:
    limits, style = replace(EVERY[network], text=limit), Style(inline_tags=inline)
    try:
        post = compose(*pair, network, limits, link=link, with_image=with_image, style=style)
    except Refused:
        return
    assert post.parts
    for n, part in enumerate(post.parts):
        assert problems(part.text, limits, with_image=with_image and n == 0) == []
        assert part.length == measure(part.text, limits)
    assert_nothing_is_broken(post, limits)
    again = compose(*pair, network, limits, link=link, with_image=with_image, style=style)
    assert post == again


def assert_nothing_is_broken(post: Post, limits: Limits) -> None:
    whole = "\n".join(texts(post))
    if post.link and not limits.link_field and post.platform != "instagram":
        assert post.link in [found.text for found in entities.urls(whole)]
    tags = {found.name.casefold() for found in entities.hashtags(whole)}
    if post.kind is not PostKind.ARTICLE and post.platform not in {"tumblr", "email", "webhook"}:
        assert {tag.casefold() for tag in post.hashtags} <= tags  # elsewhere they are in a field
