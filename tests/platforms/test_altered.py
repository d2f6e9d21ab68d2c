"""What a network shows is compared with what was sent: a silent cut does not stay silent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.case import LINK, adapter, case_of, part, publish_on
from tests.platforms.cases.band import CASE as BAND
from tests.platforms.cases.linkedin import URN
from tests.platforms.cases.slack import TS
from tests.platforms.cases.telegram import CHAT
from tests.platforms.cases.x import ID
from tests.platforms.network import Network, Reply, Route

from socialpipe.platforms import poll
from socialpipe.platforms.readback import altered

Shows = Callable[[str], Mapping[str, Route]]
PERMALINK = "https://social.example/p/1"


def telegram(text: str) -> Mapping[str, Route]:
    message = {"message_id": 42, "chat": CHAT, "text": text}
    return {case_of("telegram").create: Reply(body={"ok": True, "result": message})}


def article(name: str, path: str) -> Shows:
    """A blog that shows HTML at `path` of its answer."""

    def shows(text: str) -> Mapping[str, Route]:
        html = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
        body: dict[str, object] = {"id": 91, "url": PERMALINK, "link": PERMALINK}
        first, _, rest = path.partition(".")
        return {case_of(name).create: Reply(201, body | {first: {rest: html} if rest else html})}

    return shows


def slack(text: str) -> Mapping[str, Route]:
    message = {"text": escape(text, quote=False)}
    body = {"ok": True, "ts": TS, "message": message}
    return {case_of("slack").create: Reply(body=body)}


def short(text: str) -> str:
    """Shorten the link as X does, and escape signs."""
    return escape(text, quote=False).replace(LINK, "https://t.co/abc")


SHOWS: Mapping[str, Shows] = {
    "blogger": article("blogger", "content"),
    "discord": lambda text: {
        case_of("discord").create: Reply(body={"id": "1", "channel_id": "7", "content": text})
    },
    "facebook": lambda text: {"GET /55_66": Reply(body={"id": "55_66", "message": text})},
    "forem": lambda text: {
        case_of("forem").create: Reply(201, {"id": 41, "url": PERMALINK, "body_markdown": text})
    },
    "instagram": lambda text: {"GET /190": Reply(body={"permalink": PERMALINK, "caption": text})},
    "linkedin": lambda text: {
        f"GET /rest/posts/{URN.replace(':', '%3A')}": Reply(body={"commentary": text})
    },
    "mastodon": lambda text: {
        case_of("mastodon").create: Reply(
            body={"id": "1", "content": f"<p>{escape(text)}</p>".replace("\n", "<br>")}
        )
    },
    "misskey": lambda text: {
        case_of("misskey").create: Reply(body={"createdNote": {"id": "9x1", "text": text}})
    },
    "pinterest": lambda text: {
        case_of("pinterest").create: Reply(201, {"id": "8123", "description": text})
    },
    "slack": slack,
    "telegram": telegram,
    "threads": lambda text: {"GET /180": Reply(body={"permalink": PERMALINK, "text": text})},
    "wordpress": article("wordpress", "content.raw"),
    "x": lambda text: {case_of("x").create: Reply(201, {"data": {"id": ID, "text": short(text)}})},
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "PAUSE", 0)


def compared(name: str, change: Callable[[str], str]) -> str | None:
    """Publish on a network that shows the text as `change` makes it, and compare."""
    case, request = case_of(name), part(cards=case_of(name).cards)
    with Network({}) as net:
        platform = adapter(name, net.base)
        sent = platform.wire_text(request)
        net.routes = {**case.routes, **SHOWS[name](change(sent))}
        return altered(sent, publish_on(platform, request).text)


@pytest.mark.parametrize("name", SHOWS)
class TestComparing:
    def test_what_arrives_as_sent_is_no_news(self, name: str) -> None:
        assert compared(name, lambda text: text) is None

    def test_a_cut_text_is_told(self, name: str) -> None:
        assert "cut the text after" in (compared(name, lambda text: text[:12]) or "")

    def test_another_text_is_told(self, name: str) -> None:
        told = compared(name, lambda text: text.replace("체크리스트", "목록"))
        assert "instead of" in (told or "")


LONG = f"{'긴 글은 끝까지 남는다. ' * 40}끝 {LINK}"


@pytest.mark.parametrize(
    ("kept", "told"),
    [(LONG, None), (LONG[:300], "cut the text after"), ("", None)],
    ids=["whole", "cut", "not told"],
)
def test_a_long_post_of_x_is_compared_whole(kept: str, told: str | None) -> None:
    """Where nobody asks for `note_tweet`, X shows the first 280 characters of it."""
    note = {"text": short(kept), "entities": {"urls": [{"url": "https://t.co/abc"}]}}
    shown = {"data": {"id": ID, "text": short(LONG)[:270], "note_tweet": note}} if kept else {}
    routes = {
        case_of("x").create: Reply(201, {"data": {"id": ID, "text": short(LONG)[:270]}}),
        f"GET /2/tweets/{ID}": Reply(body=shown),
    }
    with Network({**case_of("x").routes, **routes}) as net:
        receipt = publish_on(adapter("x", net.base), part(text=LONG))
        asked = net.seen(f"GET /2/tweets/{ID}")
    assert "note_tweet" in asked[0].query["tweet.fields"]
    difference = altered(LONG, receipt.text)
    assert (told in (difference or "")) if told else difference is None


@pytest.mark.parametrize("name", ["instagram", "threads"])
def test_a_dropped_caption_is_told(name: str) -> None:
    case = case_of(name)
    (route,) = SHOWS[name]("")
    with Network({**case.routes, route: Reply(body={"permalink": PERMALINK})}) as net:
        request = part(cards=case.cards)
        receipt = publish_on(adapter(name, net.base), request)
    assert altered(request.text, receipt.text) == "The network shows no text at all."


def test_networks_that_do_not_tell_are_not_doubted() -> None:
    with Network(BAND.routes) as net:
        assert publish_on(adapter("band", net.base), part()).text is None
    assert altered("서울", None) is None


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("서울 naver.com 여행", "서울 https://t.co/x 여행"),
        ("a  b\n\nc", "a b c"),
        ("한글", "한글"),
        ("끝 https://a.example/1", "끝 https://t.co/1 https://t.co/photo"),
    ],
)
def test_spelling_and_addresses_do_not_count(sent: str, shown: str) -> None:
    assert altered(sent, shown) is None


@given(st.text(), st.text())
def test_only_equal_texts_are_equal(sent: str, shown: str) -> None:
    assert altered(sent, sent) is None
    told = altered(sent, shown)
    assert told is None or told.startswith("The network ")
