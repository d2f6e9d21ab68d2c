"""Whole articles as Markdown: structure kept, words never taken for markup."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.text.golden import SAMPLES

from socialpipe.model import Article, Section
from socialpipe.text.longform import literal, markdown
from socialpipe.text.read import read

READER = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False})
ARTICLE = Article(
    title="Bread",
    text="",
    quotes=("We bake",),
    sections=(
        Section("Bread", "It is *back*.\n\n“We bake,”"),
        Section("Why #1?", "- 1. flour\n- see https://e.com/a_b.\n\n<script>x</script>\n- no list"),
    ),
)


def test_headings_lists_quotations_and_links_are_marked_up() -> None:
    assert READER.render(markdown(ARTICLE)) == (
        "<p>It is *back*.</p>\n"
        "<blockquote>\n<p>“We bake,”</p>\n</blockquote>\n"
        "<h2>Why #1?</h2>\n"
        "<ul>\n<li>1. flour</li>\n"
        '<li>see <a href="https://e.com/a_b">https://e.com/a_b</a>.</li>\n</ul>\n'
        "<p>&lt;script&gt;x&lt;/script&gt;<br>\n- no list</p>\n"
    )


PAGE = """<html><head><meta property="og:image" content="https://town.example/lead.jpg"></head>
<body><article><h1>Mended</h1><img src="/top.jpg" alt="The hall">
<p>The town opened a repair cafe in March, and volunteers have mended 340 lamps since then.</p>
<figure><img src="/a (1).jpg" alt="A lamp [old]"><figcaption>Photo: Ann</figcaption></figure>
<h2>What it costs</h2><img src="https://cdn.example/bill.png" alt="">
<p>The council pays £9,000 a year. <img src="data:image/png;base64,AA" alt="x"></p>
<ul><li>Bring a thing and stay while it is mended. <img src="/list.jpg" alt="A list"></li>
<li>Pay for the parts that are used, and for nothing else.</li></ul>
<p><img src="javascript:alert(1)" alt="y"><img src="/a (1).jpg" alt="again">It is free.</p>
</article></body></html>"""
PICTURES = """![Lead](https://town.example/top.jpg)

# Mended

It opened in March. ![A lamp](https://town.example/lamp.jpg) Volunteers mend 340 lamps a year.

## Cost

![Bills](https://town.example/bills.jpg)

It is free. ![here](./here.jpg) ![x](javascript:alert)
"""


def shown(name: str, source: str) -> str:
    """Render what a blog gets, each paragraph a line."""
    article = read(source, name=name, url="https://town.example/story")
    return str(READER.render(markdown(article)))


def test_pictures_stand_where_the_page_has_them() -> None:
    html = shown("a.html", PAGE)
    assert html.startswith('<p><img src="https://town.example/top.jpg" alt="The hall"></p>\n<p>The')
    assert (
        'since then.</p>\n<p><img src="https://town.example/a%20%281%29.jpg"'
        ' alt="A lamp [old]"></p>'
        '\n<h2>What it costs</h2>\n<p><img src="https://cdn.example/bill.png" alt=""></p>\n<p>The'
    ) in html
    assert html.index("nothing else") < html.index('alt="A list"') < html.index("It is free")
    assert html.count("<img") == 4


def test_pictures_stand_where_markdown_has_them() -> None:
    assert shown("a.md", PICTURES) == (
        '<p><img src="https://town.example/top.jpg" alt="Lead"></p>\n'
        "<p>It opened in March. Volunteers mend 340 lamps a year.</p>\n"
        '<p><img src="https://town.example/lamp.jpg" alt="A lamp"></p>\n'
        "<h2>Cost</h2>\n"
        '<p><img src="https://town.example/bills.jpg" alt="Bills"></p>\n'
        "<p>It is free.</p>\n"
    )


def test_a_picture_below_a_line_that_is_left_out_opens_the_article() -> None:
    html = shown(
        "a.html",
        "<article><h1>Mended</h1><p>The town opened a repair cafe in March, and it is full.</p>"
        "<p>Subscribe to our newsletter</p><img src='/b.jpg' alt='B'>"
        "<p>Volunteers have mended 340 lamps since then, and want a larger hall.</p></article>",
    )
    assert "newsletter" not in html
    assert html.startswith('<p><img src="https://town.example/b.jpg" alt="B"></p>')


def test_a_picture_that_only_the_head_of_a_page_names_is_not_in_the_text() -> None:
    article = read(PAGE, name="a.html", url="https://town.example/story")
    assert article.images[0].url == "https://town.example/lead.jpg"
    assert "lead.jpg" not in markdown(article)


@pytest.mark.parametrize("language", SAMPLES)
def test_samples_have_their_sections(language: str) -> None:
    path = SAMPLES[language]
    article = read(path.read_bytes(), name=path.name)
    shown = READER.render(markdown(article))
    headings = [section.heading for section in article.sections if section.heading]
    assert shown.count("<h2>") >= len(headings) - 1
    assert shown.count("<li>") == len(article.bullets)


@given(st.text(alphabet="ab1 .)#>-+=*_`~[]()<>&!|\\{}\t", max_size=30))
def test_no_line_is_markup(text: str) -> None:
    line = " ".join(text.split())
    shown = READER.render(literal(line))
    inner = shown.removeprefix("<p>").removesuffix("</p>\n")
    assert "<" not in inner
    assert unescape(inner) == line


def test_a_text_without_sections_is_its_paragraphs() -> None:
    assert markdown(Article(title="T", text="One.\n\nTwo.")) == "One.\n\nTwo."
