"""One text, and what becomes of it on the wire of networks that want it their own way."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import normalize

import pytest
from tests.platforms.case import CARD, adapter, case_of, part, publish_on
from tests.platforms.fuzz.canned import HOST, Canned
from tests.servers.recorded import said

from socialpipe.platforms import registry
from socialpipe.text.compose import compose
from socialpipe.text.digest import digest
from socialpipe.text.read import read

LINK = "https://blog.example/한강?길=1"
TEXT = f"[서울] (여행) *별* _밑줄_ <b> & @모두 #서울여행 #hangang 🎉\n{LINK}"
ESCAPED = f"[서울] (여행) *별* _밑줄_ &lt;b&gt; &amp; @모두 #서울여행 #hangang 🎉\n{LINK}"


def sent(name: str, text: str = TEXT, **changes: Any) -> tuple[Any, bytes]:
    """Publish; return what the creating call says, and its bytes."""
    client = Canned(case_of(name).routes)
    publish_on(adapter(name, HOST, client), part(text=text, link=LINK, **changes))
    create = case_of(name).create
    (request,) = (r for r in client.requests if re.fullmatch(create, f"{r.method} {r.path}"))
    return said(request.headers["Content-Type"], request.body), request.body


def test_linkedin_escapes_all_but_links_and_hashtags() -> None:
    assert sent("linkedin")[0]["commentary"] == (
        r"\[서울\] \(여행\) \*별\* \_밑줄\_ \<b\> & \@모두 {hashtag|\#|서울여행} #hangang 🎉"
        f"\n{LINK}"
    )


def test_telegram_gets_html_with_three_entities() -> None:
    body, _ = sent("telegram")
    assert (body["parse_mode"], body["text"]) == ("HTML", ESCAPED)


def test_slack_gets_three_entities_and_blocks() -> None:
    body, _ = sent("slack", cards=(CARD,))
    assert body["text"] == ESCAPED
    assert body["blocks"] == [
        {"type": "section", "text": {"type": "mrkdwn", "text": ESCAPED}},
        {"type": "image", "alt_text": CARD.alt, "slack_file": {"id": "F1"}},
    ]


@pytest.mark.parametrize("name", ["discord", "discord-bot"])
def test_discord_mentions_nobody(name: str) -> None:
    body, _ = sent(name, "@everyone <@1> 안녕")
    assert body["content"] == "@everyone <@1> 안녕"
    assert body["allowed_mentions"] == {"parse": []}


def test_bluesky_marks_bytes() -> None:
    facets = sent("bluesky")[0]["record"]["facets"]
    kind = "app.bsky.richtext.facet"
    assert facets == [
        {
            "index": {"byteStart": 47, "byteEnd": 60},
            "features": [{"$type": f"{kind}#tag", "tag": "서울여행"}],
        },
        {
            "index": {"byteStart": 61, "byteEnd": 69},
            "features": [{"$type": f"{kind}#tag", "tag": "hangang"}],
        },
        {
            "index": {"byteStart": 75, "byteEnd": 108},
            "features": [{"$type": f"{kind}#link", "uri": LINK}],
        },
    ]


def test_x_gets_the_link_in_ascii() -> None:
    text = sent("x")[0]["text"]
    assert text.endswith("🎉\nhttps://blog.example/%ED%95%9C%EA%B0%95?%EA%B8%B8=1")
    assert text.startswith("[서울] (여행) *별* _밑줄_ <b> & @모두 #서울여행")


def test_naver_cafe_gets_it_encoded_twice() -> None:
    _, data = sent("navercafe", "서울 🎉", title="여행 & “빵”")
    subject, _, content = data.partition(b"&")
    assert subject == (
        b"subject=%25EC%2597%25AC%25ED%2596%2589%2520%2526%2520"
        b"%25E2%2580%259C%25EB%25B9%25B5%25E2%2580%259D"
    )
    assert content.startswith(
        b"content=%253Cp%253E%25EC%2584%259C%25EC%259A%25B8%2520%2526%2523127881"
    )


@pytest.mark.parametrize("name", sorted(registry.names()))
def test_what_a_mac_writes_is_composed(name: str) -> None:
    """Hangul in letters (NFD) is longer, breaks hashtags, and is not in cp949."""
    text = "# 한강 야간 산책\n\n강바람은 낮보다 차다. 물 한 병을 챙긴다.\n"
    limits = registry.load(name).limits

    def said_of(written: str) -> list[str]:
        article = read(written)
        return [one.text for one in compose(article, digest(article), name, limits).parts]

    composed = said_of(text)
    assert said_of(normalize("NFD", text)) == composed
    assert composed == [normalize("NFC", one) for one in composed]
