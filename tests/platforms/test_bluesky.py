"""What only Bluesky has: record keys, facets, sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.case import CARD, CARD_2, NOW, TEXT, Memory, case_of, http, part
from tests.platforms.cases.bluesky import ABSENT, DID, SESSION, STORED, no
from tests.platforms.network import Network, Reply, Route

from socialpipe.errors import NotSent, Rejected, Unauthorized
from socialpipe.model import Receipt
from socialpipe.platforms.base import Account
from socialpipe.platforms.bluesky import Bluesky
from socialpipe.platforms.bluesky.facets import facets
from socialpipe.platforms.bluesky.record import rkey

PUT = "POST /xrpc/com.atproto.repo.putRecord"
GET = "GET /xrpc/com.atproto.repo.getRecord"
LOGIN = "POST /xrpc/com.atproto.server.createSession"
REFRESH = "POST /xrpc/com.atproto.server.refreshSession"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


def bluesky(base: str, session: dict[str, Any] | None = None) -> Bluesky:
    memory = Memory()
    memory.value = session
    settings, secrets = {"identifier": "a.example"}, {"password": "abcd"}
    return Bluesky(Account("a", settings, secrets, http(), memory, base))


def network(**changes: Route) -> Network:
    named = {"put": PUT, "get": GET, "login": LOGIN, "refresh": REFRESH}
    return Network({**case_of("bluesky").routes, **{named[k]: v for k, v in changes.items()}})


def marks(text: str, link: str | None = None) -> list[str]:
    """What each facet covers, read back through its byte offsets."""
    data = text.encode()
    return [
        data[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode() for f in facets(text, link)
    ]


class TestRecordKey:
    def test_known_value(self) -> None:
        number = 0
        for letter in rkey(part()):
            number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(letter)
        assert number >> 10 == 1_795_424_400_123_456  # 2026-11-23 09:00:00.123456 UTC, µs
        assert rkey(part()) == "3n2xrctidm2cu"

    @given(st.datetimes(), st.uuids().map(str))
    def test_always_valid(self, at: Any, key: str) -> None:
        created = at.replace(year=2000 + at.year % 100, day=1, tzinfo=NOW.tzinfo)
        assert TID.fullmatch(rkey(part(created_at=created, key=key)))

    def test_later_parts_sort_later(self) -> None:
        keys = [
            rkey(part(created_at=NOW + timedelta(milliseconds=n), key=str(n))) for n in range(9)
        ]
        assert all(a < b for a, b in pairwise(keys))


class TestFacets:
    def test_link_of_the_documentation(self) -> None:
        text = (
            "✨ example mentioning @atproto.com to share the URL "
            "👨‍❤️‍👨 https://en.wikipedia.org/wiki/CBOR."
        )
        (facet,) = facets(text)
        assert facet["index"] == {"byteStart": 74, "byteEnd": 108}
        assert facet["features"][0]["uri"] == "https://en.wikipedia.org/wiki/CBOR"

    @pytest.mark.parametrize(
        ("text", "covered"),
        [
            ("#한국어 #2026 #2026년 #인공_지능", ["#한국어", "#2026년", "#인공_지능"]),
            ("#C++ #node.js #R&D #a-b #tag.", ["#C++", "#node.js", "#R&D", "#a-b", "#tag"]),
            ("#체크✅리스트 #✅체크 #👍", ["#체크✅리스트", "#✅체크", "#👍"]),
            ("(#괄호) 글자#붙임", []),
            ("#한국어#연속 ＃전각", ["#한국어#연속", "＃전각"]),
            ("https://a.example/#x.", ["https://a.example/#x"]),
            ("(https://a.example/b)", ["https://a.example/b"]),
            ("https://a.example/b_(c)", ["https://a.example/b_(c)"]),
        ],
    )
    def test_what_is_covered(self, text: str, covered: list[str]) -> None:
        assert marks(text) == covered

    def test_a_known_link_ends_where_it_ends(self) -> None:
        link = "https://blog.example/글"
        assert marks(f"{link}에서 봐요", link) == [link]

    @given(st.text(), st.none() | st.just("https://a.example"))
    def test_offsets_cut_no_character_and_never_overlap(self, text: str, link: str | None) -> None:
        clean = text.encode("utf-8", "ignore").decode()
        marks(f"{clean} https://a.example", link)
        spans = [(f["index"]["byteStart"], f["index"]["byteEnd"]) for f in facets(clean, link)]
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


class TestRecord:
    def test_images(self) -> None:
        with network() as net:
            platform = bluesky(net.base)
            cards = (CARD, CARD_2)
            platform.publish(part(cards=cards, uploads=tuple(map(platform.upload, cards))))
            (sent,) = net.seen(PUT)
        embed = sent.json["record"]["embed"]
        assert embed["$type"] == "app.bsky.embed.images"
        assert [image["alt"] for image in embed["images"]] == [CARD.alt, CARD_2.alt]
        assert embed["images"][0]["aspectRatio"] == {"width": 1200, "height": 675}

    def test_link_card_without_images(self) -> None:
        with network() as net:
            bluesky(net.base).publish(part())
            (sent,) = net.seen(PUT)
        assert sent.json["swapRecord"] is None
        record = sent.json["record"]
        assert record["embed"]["external"]["uri"] == part().link
        assert record["createdAt"] == "2026-11-23T09:00:00.123Z"
        assert record["langs"] == ["ko"]

    def test_reply_names_both_ends_of_the_thread(self) -> None:
        root = Receipt("r", extra={"uri": "at://r", "cid": "1"})
        parent = Receipt("p", extra={"uri": "at://p", "cid": "2"})
        with network() as net:
            bluesky(net.base).publish(part(root=root, parent=parent, link=None, language="und"))
            (sent,) = net.seen(PUT)
        record = sent.json["record"]
        assert record["reply"] == {"root": dict(root.extra), "parent": dict(parent.extra)}
        assert "embed" not in record
        assert "langs" not in record


class TestRepeating:
    swap = no(400, "InvalidSwap", "Record was at bafy")

    def test_a_taken_key_is_our_own_post(self) -> None:
        stored = Reply(body={**STORED, "value": {"text": TEXT}})
        with network(put=self.swap, get=stored) as net:
            assert bluesky(net.base).publish(part()).id == STORED["uri"]

    def test_a_taken_key_with_another_text_is_not(self) -> None:
        stored = Reply(body={**STORED, "value": {"text": "another"}})
        with network(put=self.swap, get=stored) as net, pytest.raises(Rejected):
            bluesky(net.base).publish(part())

    def test_a_taken_key_whose_record_is_gone(self) -> None:
        with network(put=self.swap, get=ABSENT) as net, pytest.raises(NotSent):
            bluesky(net.base).publish(part())

    def test_a_dropped_image_is_uploaded_again(self) -> None:
        with network(put=[no(400, "BlobNotFound"), Reply(body=STORED)]) as net:
            uploads = ({"blob": {"ref": {"$link": "bafkrei1"}}},)
            bluesky(net.base).publish(part(cards=(CARD,), uploads=uploads))
            assert len(net.seen("POST /xrpc/com.atproto.repo.uploadBlob")) == 1


class TestSession:
    old: ClassVar = {"accessJwt": "old", "refreshJwt": "good", "did": DID}

    def test_one_login_serves_many_posts(self) -> None:
        with network() as net:
            platform = bluesky(net.base)
            platform.publish(part())
            platform.publish(part(key="2"))
            assert len(net.seen(LOGIN)) == 1

    def test_an_expired_session_is_renewed_without_a_login(self) -> None:
        renewed = Reply(body={"accessJwt": "new", "refreshJwt": "", "did": DID})
        with network(put=[no(400, "ExpiredToken"), Reply(body=STORED)], refresh=renewed) as net:
            platform = bluesky(net.base, self.old)
            platform.publish(part())
            first, second = net.seen(PUT)
            assert first.body == second.body
            assert second.headers["Authorization"] == "Bearer new"
            assert net.seen(REFRESH)[0].headers["Authorization"] == "Bearer good"
            assert net.seen(LOGIN) == []
            kept = platform.account.session.load()
        assert kept is not None
        assert kept["refreshJwt"] == "good"

    def test_a_dead_refresh_token_means_a_login(self) -> None:
        put = [no(400, "ExpiredToken"), Reply(body=STORED)]
        with network(put=put, refresh=no(400, "ExpiredToken")) as net:
            bluesky(net.base, self.old).publish(part())
            assert net.seen(PUT)[1].headers["Authorization"] == f"Bearer {SESSION['accessJwt']}"

    def test_a_wrong_password_is_told(self) -> None:
        with network(login=no(401, "AuthenticationRequired")) as net, pytest.raises(Unauthorized):
            bluesky(net.base).check()

    def test_the_did_document_names_the_server(self) -> None:
        with network() as net:
            service = {"id": "#atproto_pds", "serviceEndpoint": f"{net.base}/pds/"}
            login = Reply(body={**SESSION, "didDoc": {"service": [service]}})
            net.routes[LOGIN] = login
            platform = bluesky(net.base)
            assert "pds" not in platform.session()  # a channel with an api_base keeps to it
            settings, secrets = platform.account.settings, platform.account.secrets
            free = Bluesky(Account("a", settings, secrets, http(), Memory()))
            free.base = net.base
            assert free.session()["pds"] == f"{net.base}/pds"


def test_a_part_without_the_link_gets_no_card() -> None:
    with network() as net:
        bluesky(net.base).publish(part(text="둘째 부분"))
        (sent,) = net.seen(PUT)
    assert "embed" not in sent.json["record"]
