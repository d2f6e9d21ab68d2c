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
