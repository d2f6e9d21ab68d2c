"""Every adapter, every outcome: nothing is called published that is not, nothing is repeated."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote_plus

import pytest
from tests.platforms.case import (
    CARD,
    NOW,
    TEXT,
    adapter,
    case_of,
    http,
    media_url,
    network,
    part,
    publish_on,
    receipt_of,
)
from tests.platforms.fuzz.canned import good
from tests.platforms.network import Act, Drop, Network, Reply, Route, Slow

from socialpipe.errors import (
    Duplicate,
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unknown,
)
from socialpipe.model import Receipt
from socialpipe.platforms import poll, registry
from socialpipe.platforms.base import PartRequest, Platform

ELSEWHERE = {"assisted", "email", "feed", "nostr"}  # no HTTP call: they have tests of their own
NAMES = [*sorted(set(registry.names()) - ELSEWHERE), "discord-bot", "slack-webhook"]


def kind(name: str) -> type[Platform]:
    return registry.load(name.partition("-")[0])


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "PAUSE", 0)


def publish(name: str, answer: Act, *, read_timeout: float = 5.0, **changes: Any) -> Receipt:
    with network(name, create=answer) as net:
        client = http(connect_timeout=0.5, read_timeout=read_timeout)
        request = part(**{"cards": case_of(name).cards, **changes})
        return publish_on(adapter(name, net.base, client), request)


def failing(name: str, answer: Act, **options: Any) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        publish(name, answer, **options)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
class TestPublishing:
    def test_text_arrives_as_it_is_and_the_receipt_names_it(self, name: str) -> None:
        case = case_of(name)
        with network(name) as net:
            receipt = publish_on(adapter(name, net.base), part(cards=case.cards))
            (sent,) = net.seen(case.create)
        assert receipt == receipt_of(name, net.base)
        assert case.text_of(sent) == case.text

    def test_card_arrives_with_its_alt_text(self, name: str) -> None:
        case = case_of(name)
        if case.images == "none":
            assert kind(name).limits.images == 0
            return
        with network(name) as net:
            receipt = publish_on(adapter(name, net.base), part(cards=(CARD,)))
            assert len(net.seen(case.card_create or case.create)) == 1
            bodies = b"".join(request.body for request in net.requests)
            alts = b"".join(request.body for request in net.seen(case.alt_in))
        expected = receipt_of(name, net.base)
        assert (receipt.id, receipt.url) == (expected.id, expected.url)
        assert arrived(bodies, case.images)
        assert (kind(name).limits.alt is not None) == bool(case.alt_in)
        assert not case.alt_in or contains(alts, CARD.alt)

    def test_images_need_a_public_address_where_they_do(self, name: str) -> None:
        if case_of(name).images != "url":
            return
        with network(name) as net:
            platform = adapter(name, net.base)
            platform.account = replace(platform.account, public_url=None)
            with pytest.raises(Rejected, match="PUBLIC_MEDIA_BASE_URL"):
                publish_on(platform, part(cards=(CARD,)))
            assert net.seen(case_of(name).create) == []

    def test_two_requests_that_are_equal_look_equal(self, name: str) -> None:
        case = case_of(name)
        with network(name) as net:
            platform = adapter(name, net.base)
            publish_on(platform, part(cards=case.cards))
            publish_on(platform, part(cards=case.cards))
            first, second = net.seen(case.create)
        assert (first.path, first.body) == (second.path, second.body)

    def test_check_names_the_account(self, name: str) -> None:
        with network(name) as net:
            assert adapter(name, net.base).check().id == case_of(name).identity


def contains(body: bytes, text: str) -> bool:
    """Whether a body has the text: as it is, in JSON, or in a form."""
    escaped = text.encode("ascii", "backslashreplace")
    return any(form in body for form in (text.encode(), escaped, quote_plus(text).encode()))


def arrived(bodies: bytes, way: str) -> bool:
    shown = {"bytes": CARD.data, "base64": b64encode(CARD.data)}
    return shown[way] in bodies if way in shown else contains(bodies, media_url(CARD))


def dialects() -> Iterator[tuple[str, Reply]]:
    """Every way in which networks say "in 120 seconds"."""
    now = datetime.now(UTC).replace(microsecond=0)
    then = now + timedelta(seconds=120)
    date = {"Date": format_datetime(now, usegmt=True)}
    for name, value in {
        "Retry-After": "120",
        "retry-after": format_datetime(then, usegmt=True),
        "x-rate-limit-reset": str(int(then.timestamp())),
        "X-RateLimit-Reset": then.isoformat().replace("+00:00", "Z"),
        "x-ratelimit-reset": str(int(then.timestamp())),
        "RateLimit-Reset": str(int(then.timestamp())),
        "X-RateLimit-Reset-After": "120.0",
    }.items():
        yield f"{name}: {value}", Reply(429, {"error": "slow down"}, {**date, name: value})
    for body in (
        {"ok": False, "parameters": {"retry_after": 120}},
        {"message": "You are being rate limited.", "retry_after": 120.0},
        {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 120_000},
    ):
        yield f"body {sorted(body)}", Reply(429, body)
    yield "longer of header and body", Reply(429, {"retry_after": 120}, {"Retry-After": "9"})


@pytest.mark.parametrize("name", NAMES)
class TestFailing:
    def test_throttled_in_every_dialect(self, name: str) -> None:
        for dialect, reply in dialects():
            error = failing(name, reply)
            assert isinstance(error, Throttled), dialect
            assert error.seconds == pytest.approx(120, abs=2), dialect

    def test_throttled_without_a_time(self, name: str) -> None:
        error = failing(name, Reply(429, {"error": "slow down"}))
        assert isinstance(error, Throttled)
        assert error.seconds is None

    def test_busy_server_that_names_a_time(self, name: str) -> None:
        error = failing(name, Reply(503, b"busy", {"Retry-After": "7"}))
        assert isinstance(error, Throttled)
        assert error.seconds == 7

    def test_unauthorized(self, name: str) -> None:
        assert isinstance(failing(name, case_of(name).unauthorized), Unauthorized)

    def test_what_the_network_says(self, name: str) -> None:
        for failure in case_of(name).failures:
            error = failing(name, failure.reply)
            assert isinstance(error, failure.outcome), failure
            assert failure.says in str(error)

    @pytest.mark.parametrize("drop", [Drop(), Drop(reset=True)], ids=["closed", "reset"])
    def test_lost_after_it_was_sent(self, name: str, drop: Drop) -> None:
        assert type(failing(name, drop)) is Unknown

    @pytest.mark.parametrize("slow", [Slow(0.6), Slow(9, drip=True)], ids=["silent", "drip"])
    def test_slow(self, name: str, slow: Slow) -> None:
        assert type(failing(name, slow, read_timeout=0.2)) is Unknown

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_server_error_on_the_creating_call(self, name: str, status: int) -> None:
        assert type(failing(name, Reply(status, b"<html>oops</html>"))) is Unknown

    @pytest.mark.parametrize(
        "body",
        [
            b"<html>Just a moment...</html>",
            b"",
            b'{"id": "1',
            b"[]",
            b"null",
            b"7",
            b"\xff\xfe\x00",
        ],
        ids=["html", "empty", "cut", "list", "null", "number", "bytes"],
    )
    def test_garbage_is_never_published(self, name: str, body: bytes) -> None:
        if case_of(name).reads_answer:
            assert type(failing(name, Reply(200, body))) is Unknown

    def test_answer_shorter_than_it_says(self, name: str) -> None:
        short = Reply(200, b'{"id": "1"}', {"Content-Length": "999"})
        assert type(failing(name, short, read_timeout=0.3)) is Unknown

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_redirect_is_not_followed(self, name: str, status: int) -> None:
        with Network({}) as elsewhere:
            error = failing(name, Reply(status, b"", {"Location": elsewhere.base + "/x"}))
            assert elsewhere.requests == []
        assert isinstance(error, Rejected)
        assert "api_base" in error.fix

    @pytest.mark.parametrize("status", [400, 404, 409, 410, 413, 422])
    def test_refusal_is_permanent_or_at_least_nothing_published(
        self, name: str, status: int
    ) -> None:
        error = failing(name, Reply(status, {"message": "it is not to be"}))
        assert isinstance(error, Rejected | Unauthorized | Duplicate)

    def test_nobody_listens(self, name: str) -> None:
        with Network({}) as gone:
            base = gone.base
        with pytest.raises(NotSent):
            publish_on(adapter(name, base), part(cards=case_of(name).cards))

    def test_check_is_safe_to_repeat(self, name: str) -> None:
        if not case_of(name).checks:
            return
        for act in (Reply(500), Drop(), Reply(200, b"<html>")):
            with Network({"GET .*": act, "POST .*": act}) as net, pytest.raises(NotSent):
                adapter(name, net.base).check()

    def test_private_hosts_are_refused(self, name: str) -> None:
        with network(name) as net:
            with pytest.raises(Rejected, match="SOCIALPIPE_ALLOW_PRIVATE_HOSTS"):
                publish_on(
                    adapter(name, net.base, http(allow_private_hosts=False)),
                    part(cards=case_of(name).cards),
                )
            assert net.requests == []


def everything_said(error: BaseException | None) -> str:
    """All that a log or a report of this error could show."""
    said = ""
    while error is not None:
        said += f"{error} {error!r} {error.args} {getattr(error, 'fix', '')} {vars(error)}"
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize("name", NAMES)
def test_secrets_are_never_told(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    case = case_of(name)
    echo = " ".join(sorted({*case.secrets.values(), *case.tokens}))
    for act in (
        Reply(400, {"error": echo, "message": echo, "description": echo, "detail": echo}),
        Reply(500, {"message": f"at https://api.example/bot{echo}"}),
        Reply(429, {"error": {"message": echo}}),
        Reply(302, b"", {"Location": f"/{echo}"}),
        Drop(),
        Slow(0.5),
    ):
        said = everything_said(failing(name, act, read_timeout=0.2))
        assert "SECRET" not in said
    with Network({}) as gone:
        base = gone.base
    platform = adapter(name, base)
    with pytest.raises(NotSent) as caught:
        publish_on(platform, part(cards=case.cards))
    assert "SECRET" not in everything_said(caught.value) + repr(platform.account) + repr(platform)
    assert "SECRET" not in caplog.text


FINDERS = [name for name in NAMES if case_of(name).own]


def test_who_can_read_back_is_known() -> None:
    for name in NAMES:
        with network(name) as net:
            able = adapter(name, net.base).recovery.read_back
        assert able == (case_of(name).own is not None), name


def find(name: str, text: str, at: datetime, request: PartRequest) -> Receipt | None:
    """Search a network that shows one post of ours, and check the receipt that comes of it."""
    case = case_of(name)
    assert case.own is not None
    pages = case.own(text, at).items()
    shown: dict[str, Route] = {key: [good(page), good(case.routes[key])] for key, page in pages}
    with Network({**case.routes, **shown}) as net:
        found = adapter(name, net.base).find(request)
    if found:
        expected = receipt_of(name, net.base)
        assert (found.id, found.url) == (expected.id, expected.url)
    return found


@pytest.mark.parametrize("name", FINDERS)
class TestReadingBack:
    def test_finds_its_own_post(self, name: str) -> None:
        request = part(cards=case_of(name).cards)
        assert find(name, TEXT, NOW + timedelta(seconds=3), request) is not None

    def test_nothing_there(self, name: str) -> None:
        with network(name) as net:
            assert adapter(name, net.base).find(part()) is None


EXACT = {"bluesky", "discord-bot", "slack", "matrix", "wordpress", "ghost", "tumblr"}  # by key
SEARCHERS = [name for name in FINDERS if name not in EXACT]


@pytest.mark.parametrize("name", SEARCHERS)
class TestTellingPostsApart:
    def test_another_text_is_another_post(self, name: str) -> None:
        request = part(cards=case_of(name).cards, title="다른 글", text=TEXT + " 끝")
        assert find(name, TEXT, NOW, request) is None

    def test_an_older_post_is_another_post(self, name: str) -> None:
        request = part(cards=case_of(name).cards, created_at=NOW + timedelta(days=2))
        assert find(name, TEXT, NOW, request) is None
