"""Feeds on disk."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.case import CARD, KEY, LINK, Memory, http, part, publish_on

from socialpipe.errors import NotSent, Rejected
from socialpipe.model import Receipt
from socialpipe.platforms.base import Account
from socialpipe.platforms.feed import NEWEST, Feed
from socialpipe.platforms.feed.formats import atom, rss

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(directory: Path) -> Feed:
    settings = {"directory": str(directory), "url": "https://feeds.example/b/", "title": "소식"}
    return Feed(Account("f", settings, {}, http(), Memory()))


def shown(directory: Path) -> Any:
    return json.loads((directory / "feed.json").read_text())


def test_all_formats_show_the_post(tmp_path: Path) -> None:
    receipt = publish_on(feed(tmp_path), part(cards=(CARD,)))
    assert receipt == Receipt(f"urn:uuid:{KEY}", LINK)
    (item,) = shown(tmp_path)["items"]
    assert item["content_text"] == part().text
    file = item["attachments"][0]
    assert (tmp_path / file["url"].rpartition("/")[2]).read_bytes() == CARD.data
    channel = ET.parse(tmp_path / "rss.xml").getroot()[0]
    assert channel.findtext("item/guid") == receipt.id
    assert channel.findtext("item/pubDate") == "Mon, 23 Nov 2026 09:00:00 +0000"
    enclosure = channel.find("item/enclosure")
    assert enclosure is not None
    assert enclosure.attrib == {
        "url": file["url"],
        "length": str(len(CARD.data)),
        "type": "image/jpeg",
    }
    described = "item/{http://search.yahoo.com/mrss/}content/{http://search.yahoo.com/mrss/}"
    assert channel.findtext(f"{described}description") == CARD.alt
    root = ET.parse(tmp_path / "atom.xml").getroot()
    assert root.findtext(f"{ATOM}entry/{ATOM}id") == receipt.id
    assert root.findtext(f"{ATOM}updated") == "2026-11-23T09:00:00+00:00"


def test_a_repeat_changes_nothing(tmp_path: Path) -> None:
    platform = feed(tmp_path)
    publish_on(platform, part())
    before = (tmp_path / "feed.json").read_bytes()
    publish_on(platform, part())
    assert (tmp_path / "feed.json").read_bytes() == before


def test_it_finds_what_it_published(tmp_path: Path) -> None:
    platform = feed(tmp_path)
    assert platform.find(part()) is None
    receipt = publish_on(platform, part())
    assert platform.find(part()) == receipt
    assert platform.check().url == "https://feeds.example/b/feed.json"


def test_the_newest_stand_first_and_the_oldest_go(tmp_path: Path) -> None:
    platform = feed(tmp_path)
    for n in range(NEWEST + 2):
        publish_on(platform, part(key=str(n)))
    ids = [item["id"] for item in shown(tmp_path)["items"]]
    assert len(ids) == NEWEST
    assert ids[0] == f"urn:uuid:{NEWEST + 1}"


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: publish_on(feed(tmp_path), part(key=str(n))), range(16)))
    assert len(shown(tmp_path)["items"]) == 16


@pytest.mark.parametrize("content", ["", "[]", '{"items": 7}', '{"items": [1]}'])
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "feed.json").write_text(content)
    with pytest.raises(Rejected, match="Move it away"):
        publish_on(feed(tmp_path), part())
    assert (tmp_path / "feed.json").read_text() == content


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotSent):
        feed(tmp_path / "file" / "below").check()


@given(st.text(), st.text())
def test_any_text_makes_valid_xml(name: str, text: str) -> None:
    item = {
        "id": "urn:x",
        "title": name,
        "url": text,
        "content_html": text,
        "content_text": text,
        "date_published": "2026-11-23T09:00:00+00:00",
        "tags": [name],
        "attachments": [
            {"url": text, "mime_type": "image/jpeg", "size_in_bytes": 1, "title": text}
        ],
    }
    whole = {"title": name, "home_page_url": "https://x.example/", "items": [item]}
    for write in (rss, atom):
        ET.fromstring(write(whole, "https://x.example/f"))
