from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.errors import Refused
from socialpipe.model import Article
from socialpipe.text.read import LARGEST, read, sniff
from socialpipe.text.reading.metadata import without_site

SAMPLES = Path(__file__).parent.parent / "samples"
KOREAN = (SAMPLES / "ko-repair.txt").read_bytes()

BODY = "The town opened a repair cafe in March. Volunteers mended 340 lamps in ten weeks."


def test_a_pasted_blog_post_gives_up_everything_its_author_marked() -> None:
    article = read(KOREAN, name="ko-repair.txt")
    assert article.language == "ko"
    assert article.title == "고장 난 것을 고치는 토요일 – ‘수리 카페’가 바꾼 동네"
    assert article.dek == "‘수리 카페’가 바꾼 동네"
    assert article.checklist == (
        "은평구 수리 카페, 한 해 1,240개 접수",
        "들어온 물건의 68%가 다시 집으로",
        "봉사자 35명 중 절반은 은퇴한 기술자",
        "고쳐 본 사람은 고칠 수 있는 물건을 고른다",
    )
    assert article.keywords[0] == "수리 카페"
    assert len(article.keywords) == 6
    assert article.hashtags[:2] == ("수리카페", "수리할권리")
    assert len(article.hashtags) == 6
    assert [section.heading for section in article.sections] == [
        "",
        "수리 카페란 무엇인가요?",
        "얼마나 고쳤을까요?",
        "“버리는 법만 배웠지, 고치는 법은 배운 적이 없다”",
        "무엇이 잘 고쳐지나",
        "마무리하며: 수리는 절약이 아니라 관계다",
        "요약 체크리스트",
    ]


def test_labels_and_hashtags_are_no_part_of_the_text() -> None:
    text = read(KOREAN, name="ko-repair.txt").text
    assert "#" not in text
    assert "키워드" not in text
    assert "요약 체크리스트" in text


def test_a_bullet_with_a_label_goes_on_in_the_line_below() -> None:
    bullets = read(KOREAN, name="ko-repair.txt").bullets
    assert bullets[1] == "옷과 가방: 지퍼와 단추는 그 자리에서 10분이면 끝납니다."


def test_figures_and_quotations() -> None:
    article = read(KOREAN, name="ko-repair.txt")
    assert {"30분", "1,240개", "68%", "35명", "10분", "2023년", "절반"} <= set(article.statistics)
    assert len(article.quotes) == 2


@pytest.mark.parametrize(
    ("charset", "sample"),
    [
        ("cp949", "수리 카페가 문을 열었습니다. 주민들이 모여 고장 난 물건을 함께 고칩니다."),
        ("cp932", "修理カフェが開店しました。住民が集まって、壊れたものを一緒に直します。"),
        ("euc_jp", "修理カフェが開店しました。住民が集まって、壊れたものを一緒に直します。"),
        ("gb18030", "修理咖啡馆开门了。居民们聚在一起，把坏了的东西修好，这是一个好的开始。"),
        ("big5hkscs", "修理咖啡館開門了。居民們聚在一起，把壞了的東西修好，這是一個好的開始。"),
        ("cp1251", "Ремонтное кафе открылось. Жители вместе чинят сломанные вещи."),
        ("cp1252", "Le café de réparation a ouvert. Les habitants réparent là des objets cassés."),
        ("cp1254", "Onarım kafesi açıldı. Komşular kırık eşyaları birlikte onarıyor, şimdilik."),
        ("cp1256", "افتتح مقهى الإصلاح أبوابه. يجتمع السكان لإصلاح الأشياء المكسورة."),
        ("cp874", "ร้านกาแฟซ่อมของเปิดแล้ว ชาวบ้านมาช่วยกันซ่อมของที่พัง"),
        ("utf-16", "Repair café öffnet: 수리 카페가 문을 열었습니다."),
    ],
)
def test_bytes_in_any_charset_read_the_same(charset: str, sample: str) -> None:
    assert read(sample.encode(charset)).text == sample


def test_a_declared_charset_is_believed() -> None:
    body = "<p>" + "수리 카페가 문을 열었습니다. " * 5 + "</p>"
    page = f'<html><head><meta charset="euc-kr"></head><body>{body}</body></html>'
    assert "수리 카페가" in read(page.encode("cp949")).text


def test_a_few_broken_bytes_do_not_spoil_utf8() -> None:
    data = ("수리 카페가 문을 열었습니다. " * 20).encode()
    assert "수리 카페" in read(data[:100] + b"\xff\xfe" + data[100:]).text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n\n ",
        "😀😀😀 🎉".encode(),
        b"PK\x03\x04\x00\x00binary",
        b"%PDF-1.7 some words that are no article at all",
        bytes(range(128, 256)) * 9,
        b"#one #two #three",
        b"a" * (LARGEST + 1),
        b"<html><body><nav><a href='/'>Home</a></nav></body></html>",
        b"<html><body><p>Please log in to continue. Sign up now. Accept cookies.</p></body></html>",
    ],
)
def test_what_is_no_article_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read(data)
    assert refusal.value.fix


def test_unicode_that_hides_or_reorders_is_gone_and_spelling_stays() -> None:
    article = read(
        "The \u202eevil\u202c town\u200b opened\u00ad a ca\u0301fe 👩\u200d🔧 today.\u2066"
    )
    assert article.text == "The evil town opened a cáfe 👩\u200d🔧 today."
    hindi = "क्\u200dष की मरम्मत शुरू हुई है और लोग आए।"
    assert read(hindi).text == hindi


def test_decomposed_hangul_is_composed() -> None:
    import unicodedata

    sample = "수리 카페가 문을 열었습니다. 주민들이 모였습니다."
    assert read(unicodedata.normalize("NFD", sample)).text == sample


def test_markdown_front_matter_and_structure() -> None:
    article = read(
        "---\ntitle: The repair cafe\ndate: 2026-05-04\ntags: [repair, reuse]\n"
        "author: Jane Doe\n---\n# The repair cafe\n\n"
        f"{BODY} <script>alert(1)</script>\n\n## Why\n\n> Mend it, says Ann.\n\n"
        "1. lamps\n2. toasters\n\n![A lamp](https://example.org/lamp.png)\n",
        name="post.md",
    )
    assert (article.title, article.author) == ("The repair cafe", "Jane Doe")
    assert article.keywords == ("repair", "reuse")
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-05-04T00:00:00+00:00"
    assert [s.heading for s in article.sections] == ["", "Why"]
    assert article.bullets == ("lamps", "toasters")
    assert article.images[0].alt == "A lamp"
    assert "alert" not in article.text


def test_broken_front_matter_is_refused_and_named() -> None:
    with pytest.raises(Refused, match="front matter"):
        read(f"---\ntitle: [oops\n---\n{BODY}", name="post.md")


PAGE = f"""<!doctype html><html lang="en"><head><title>The repair cafe | Town News</title>
<meta property="og:site_name" content="Town News"><link rel="canonical" href="/repair">
<meta property="og:image" content="/lead.jpg">
<meta property="og:image:alt" content="The cafe">
<script type="application/ld+json">{{"@graph":[{{
"@type":"NewsArticle","headline":"The repair cafe",
"author":[{{"name":"Jane Doe"}}],
"datePublished":"2026-03-04T09:00:00+09:00","keywords":["repair"]}}]}}
</script></head><body><nav><a href="/">Home</a></nav><article><h1>The repair cafe</h1>
<p>{BODY} {BODY.replace("March", "April").replace("340", "512")}</p><h2>What comes next</h2>
<p>A second cafe opens in autumn, across the river, with a workshop for bicycles.</p>
<ul><li>Bring one item</li><li>Stay while it is mended</li></ul></article>
<footer>All rights reserved</footer><script>steal()</script></body></html>"""


def test_a_page_gives_article_and_metadata() -> None:
    article = read(PAGE, url="https://town.example/x")
    assert article.title == "The repair cafe"
    assert article.author == "Jane Doe"
    assert article.site == "Town News"
    assert article.url == "https://town.example/repair"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-03-04T00:00:00+00:00"
    assert article.keywords == ("repair",)
    assert article.images[0].url == "https://town.example/lead.jpg"
    assert "What comes next" in [s.heading for s in article.sections]
    assert article.bullets == ("Bring one item", "Stay while it is mended")
    assert "rights reserved" not in article.text
    assert "steal" not in article.text


BLOG = """<html lang="ko"><body><div><p>안녕하세요 😊 빵집 이야기입니다.</p><p>&nbsp;</p>
<p>🍞 천연 발효종이란 무엇인가요?</p>
<p>천연 발효종은 밀가루와 물만으로 키운 효모입니다. 보통 7일 걸리고 수십 년을 씁니다.</p>
<p>✔ 발효종은 7일이면 완성</p><p>✔ 하루 120개 한정 판매</p><p>✔ 버리는 빵 없는 가게</p>
<p>#천연발효종 #연남동빵집</p></div></body></html>"""


def test_a_page_whose_author_marked_up_by_hand_is_read_as_pasted() -> None:
    article = read(BLOG)
    assert article.sections[1].heading == "천연 발효종이란 무엇인가요?"
    assert len(article.checklist) == 3
    assert article.hashtags == ("천연발효종", "연남동빵집")


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Repair cafe | Town News", None, "Repair cafe"),
        ("Repair cafe - Town News", "Town News", "Repair cafe"),
        ("Repair cafe - and what it costs", None, "Repair cafe - and what it costs"),
        ("동네 빵집 이야기 : 네이버 블로그", None, "동네 빵집 이야기"),
        ("Repair: a history", None, "Repair: a history"),
    ],
)
def test_a_title_is_not_the_site(title: str, site: str | None, expected: str) -> None:
    assert without_site(title, site) == expected


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("<p>x</p>", "", "html"),
        ("# x", "", "markdown"),
        ("# x", "a.txt", "plain"),
        ("<div>x</div>", "a.md", "markdown"),
        ("x", "a.HTM", "html"),
        ("x", "", "plain"),
    ],
)
def test_the_format_is_told_by_name_then_by_content(text: str, name: str, form: str) -> None:
    assert sniff(text, name) == form


def test_hard_wrapped_text_is_unwrapped() -> None:
    wrapped = """A town that mends

The town opened a repair cafe in the old station
because nobody knew where to take a broken
lamp any more, and the tip was full.

Volunteers mended three hundred and forty lamps in
the first ten weeks, and half of them were older than
the people who brought them.
"""
    article = read(wrapped, name="a.txt")
    assert article.title == "A town that mends"
    assert "station because nobody" in article.text
    assert article.text.count("\n\n") == 1


@settings(deadline=None)
@given(st.text(max_size=400), st.sampled_from(["", "a.txt", "a.md", "a.html"]))
def test_any_text_is_an_article_or_refused(text: str, name: str) -> None:
    article = article_of(text, name)
    if article:
        assert article.title
        assert not set(article.text) & set("\u202e\u200b\x00")


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_article_or_refused(data: bytes) -> None:
    article = article_of(data)
    assert article is None or article.text


def article_of(data: bytes | str, name: str = "") -> Article | None:
    try:
        return read(data, name=name)
    except Refused:
        return None
