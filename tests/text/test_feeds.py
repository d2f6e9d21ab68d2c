from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialpipe.errors import Refused
from socialpipe.text.feeds import MOST, read_feed
from socialpipe.text.read import LARGEST

STORY = (
    "<p>The town opened a repair cafe in March, in the old station beside the river.</p>"
    "<h2>How it works</h2><p>Volunteers mended 340 lamps in ten weeks, and nobody paid for it.</p>"
    "<ul><li>Bring one item</li><li>Stay while it is mended</li></ul><script>steal()</script>"
    + "<p>A second cafe opens in autumn, across the river, with a workshop for bicycles.</p>"
    * 3
)
RSS = f"""<?xml version="1.0"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Town &amp; News</title>
<item><title>Repair &amp; reuse</title><link>/a</link><guid>tag:1</guid><category>repair</category>
<pubDate>Wed, 04 Mar 2026 09:00:00 +0900</pubDate><description>A teaser</description>
<content:encoded><![CDATA[{STORY}]]></content:encoded></item>
<item><title>Teaser only</title><link>https://town.example/b</link>
<description>Half a sent...</description></item>
<item><title>Teaser again</title><link>https://town.example/b</link></item></channel></rss>"""


def test_every_entry_of_an_rss_feed_is_read_once() -> None:
    feed = read_feed(RSS.encode(), url="https://town.example/feed")
    assert feed.title == "Town & News"
    assert [entry.id for entry in feed.entries] == ["tag:1", "https://town.example/b"]
    first = feed.entries[0]
    assert first.title == "Repair & reuse"
    assert first.url == "https://town.example/a"
    assert first.published_at is not None
    assert first.published_at.isoformat() == "2026-03-04T00:00:00+00:00"


def test_whole_content_is_an_article_and_a_teaser_is_none() -> None:
    whole, teaser = read_feed(RSS.encode(), url="https://town.example/feed").entries
    assert whole.article is not None
    assert whole.article.title == "Repair & reuse"
    assert whole.article.bullets == ("Bring one item", "Stay while it is mended")
    assert whole.article.keywords == ("repair",)
    assert "steal" not in whole.article.text
    assert teaser.article is None


def test_atom() -> None:
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>x1</id>
    <title>One</title><link href="https://a.example/1"/><updated>2026-01-02T03:04:05Z</updated>
    <content type="html"><![CDATA[{STORY}]]></content></entry></feed>"""
    (entry,) = read_feed(atom.encode()).entries
    assert (entry.id, entry.title, entry.url) == ("x1", "One", "https://a.example/1")
    assert entry.article is not None
    assert entry.published_at is not None


def test_json_feed() -> None:
    item = {
        "id": "7",
        "url": "https://a.example/7",
        "title": "Seven",
        "content_html": STORY,
        "authors": [{"name": "Ann"}],
        "tags": ["repair"],
        "date_published": "2026-01-02T03:04:05+02:00",
    }
    data = json.dumps({"title": "T", "items": [item, item, "nonsense"]}).encode()
    (entry,) = read_feed(data).entries
    assert entry.article is not None
    assert entry.article.author == "Ann"
    assert entry.published_at is not None
    assert entry.published_at.isoformat() == "2026-01-02T01:04:05+00:00"


def test_an_entry_without_a_name_gets_one_from_what_it_says() -> None:
    data = json.dumps({"items": [{"content_html": STORY}, {"content_html": STORY + "<p>x</p>"}]})
    names = [entry.id for entry in read_feed(data.encode()).entries]
    assert len(set(names)) == 2
    assert names == [entry.id for entry in read_feed(data.encode()).entries]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<html><body>x</body></html>",
        b"{}",
        b"{oops",
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss/>',
        b'{"items":' + b"[" * 100_000,
    ],
)
def test_what_is_no_feed_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_feed(data)
    assert refusal.value.fix


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rss version="2.0"/>', "entities"),
        (b" " * (LARGEST + 1), "larger than"),
    ],
)
def test_what_could_exhaust_memory_is_refused_unread(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_feed(data)


def test_a_feed_bomb_is_cut_short() -> None:
    data = json.dumps({"items": [{"id": str(i)} for i in range(MOST + 50)]}).encode()
    assert len(read_feed(data).entries) == MOST
    items = "".join(f"<item><guid>{n}</guid></item>" for n in range(MOST + 50))
    rss = f"<rss version='2.0'><channel>{items}</channel></rss>"
    assert len(read_feed(rss.encode()).entries) == MOST


def test_what_is_no_entry_is_left_out() -> None:
    items: list[object] = [1, "two", None, ["three"], {"id": "four"}]
    assert [one.id for one in read_feed(json.dumps({"items": items}).encode()).entries] == ["four"]


@pytest.mark.parametrize(
    ("dates", "year"),
    [
        ("<pubDate>2016-12-31T23:59:60Z</pubDate>", 2017),
        ("<pubDate>soon</pubDate>", None),
        ("<pubDate>soon</pubDate><updated>2026-03-04T09:00:00Z</updated>", 2026),
    ],
)
def test_dates_of_all_kinds(dates: str, year: int | None) -> None:
    item = f"<item><guid>1</guid>{dates}</item>"
    (entry,) = read_feed(f"<rss version='2.0'><channel>{item}</channel></rss>".encode()).entries
    assert (entry.published_at and entry.published_at.year) == year


def test_of_two_entries_with_one_id_the_first_counts() -> None:
    items = [{"id": "1", "title": "New"}, {"id": "1", "title": "Old"}]
    (entry,) = read_feed(json.dumps({"items": items}).encode()).entries
    assert entry.title == "New"


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)
NAMES = st.sampled_from(
    ["id", "url", "title", "content_html", "authors", "tags", "date_published", "image"]
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(NAMES, VALUES), max_size=3))
def test_any_json_items_are_entries(items: list[dict[str, object]]) -> None:
    feed = read_feed(json.dumps({"items": items}).encode())
    assert len(feed.entries) <= len(items)
