"""What the first networks get to read, beyond the contract."""

from __future__ import annotations

import json

from tests.platforms.case import CARD, CARD_2, KEY, LINK, NOW, adapter, network, part
from tests.platforms.cases import telegram, x
from tests.platforms.network import Network, Reply

from socialpipe.model import Receipt


def test_mastodon_sends_the_key_the_language_and_the_parent() -> None:
    with network("mastodon") as net:
        platform = adapter("mastodon", net.base)
        platform.publish(part(uploads=({"id": "77"},), parent=Receipt("5"), language="ko-KR"))
        (sent,) = net.seen("POST /api/v1/statuses")
    assert sent.headers["Idempotency-Key"] == KEY
    assert sent.json["language"] == "ko"
    assert sent.json["in_reply_to_id"] == "5"
    assert sent.json["media_ids"] == ["77"]


def test_x_ends_a_url_at_hangul_so_the_link_is_encoded() -> None:
    link = "https://blog.example/글/1?q=a b"
    with network("x") as net:
        platform = adapter("x", net.base)
        platform.publish(part(text=f"봐요 {link}에서", link=link))
        platform.publish(part(text="그냥 https://blog.example/글", link=None))
        first, second = net.seen("POST /2/tweets")
    assert first.json["text"] == "봐요 https://blog.example/%EA%B8%80/1?q=a%20b에서"
    assert second.json["text"] == "그냥 https://blog.example/글"


def test_x_chains_and_attaches() -> None:
    with network("x") as net:
        platform = adapter("x", net.base)
        platform.publish(part(parent=Receipt("7"), uploads=({"id": "31"},)))
        (sent,) = net.seen("POST /2/tweets")
    assert sent.json["reply"] == {"in_reply_to_tweet_id": "7"}
    assert sent.json["media"] == {"media_ids": ["31"]}


def test_x_finds_a_long_post_with_an_image() -> None:
    text = f"아주 긴 글 {LINK}"
    media = {"url": "https://t.co/pic", "expanded_url": "https://x.com/a/photo/1", "media_key": "3"}
    urls = [{"url": "https://t.co/abc", "expanded_url": LINK}, media]
    note = {"text": "아주 긴 글 https://t.co/abc https://t.co/pic", "entities": {"urls": urls}}
    post = {
        "id": "8",
        "text": "아주…",
        "note_tweet": note,
        "created_at": NOW.isoformat(),
        "attachments": {"media_keys": ["3"]},
    }
    routes = {**x.CASE.routes, "GET /2/users/9/tweets": Reply(body={"data": [post]})}
    with Network(routes) as net:
        found = adapter("x", net.base).find(part(text=text, cards=(CARD,)))
        (asked,) = net.seen("GET /2/users/9/tweets")
    assert found is not None
    assert found.id == "8"
    assert asked.query["start_time"] == "2026-11-23T08:59:00Z"


def test_telegram_sends_an_album() -> None:
    with network("telegram") as net:
        receipt = adapter("telegram", net.base).publish(part(cards=(CARD, CARD_2), text="A & B"))
        (sent,) = net.seen(f"POST /bot{telegram.TOKEN}/sendMediaGroup")
    assert receipt.id == "42"
    start = sent.body.index(b"[{")
    album = json.loads(sent.body[start : sent.body.index(b"\r\n", start)])
    assert album[0]["caption"] == "A &amp; B"
    assert "caption" not in album[1]
    assert CARD.data in sent.body
    assert CARD_2.data in sent.body


def test_telegram_previews_the_link_and_replies() -> None:
    with network("telegram") as net:
        adapter("telegram", net.base).publish(part(parent=Receipt("41")))
        (sent,) = net.seen(f"POST /bot{telegram.TOKEN}/sendMessage")
    assert sent.json["link_preview_options"]["url"] == LINK
    assert sent.json["reply_parameters"]["message_id"] == 41


def test_telegram_may_not_know_the_number_yet() -> None:
    message = {**telegram.MESSAGE, "message_id": 0}
    with network("telegram", create=Reply(body={"ok": True, "result": message})) as net:
        assert adapter("telegram", net.base).publish(part()) == Receipt("0")
