"""The HTTP layer by itself: whom it talks to, how long it waits, what it believes."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.case import counted, http
from tests.platforms.network import Drop, Network, Reply, Slow

from socialpipe.errors import NotSent, Rejected, Throttled, Unknown
from socialpipe.platforms import wire
from socialpipe.platforms.answer import LONGEST_WAIT, Answer, dig, hide, parse, tidy, verdict, wait
from socialpipe.platforms.http import LARGEST
from socialpipe.platforms.wire import is_public


def answer(body: Any = None, status: int = 429, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"", creates=True, host="h.example", json=body)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a01:203",
        "64:ff9b:1::1",
        "::7f00:1",
        "2001:0:53aa:64c::1",
        "fec0::1",
        "ff02::1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
    ],
)
def test_addresses_of_our_own_network_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_a_name_that_turns_private_gets_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    with Network({}) as net:
        port = int(net.base.rpartition(":")[2])
        private = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: private)
        client = http(allow_private_hosts=False)
        with pytest.raises(Rejected, match="SOCIALPIPE_ALLOW_PRIVATE_HOSTS"):
            client.get(f"http://public.example:{port}/")
        with pytest.raises(Rejected, match="SOCIALPIPE_ALLOW_PRIVATE_HOSTS"):
            client.post(f"https://public.example:{port}/", creates=True, json={})
        assert net.requests == []


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "0", "0.0.0.0"),
        *("127.0.0.1.", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost"),
    ],
)
def test_no_spelling_of_our_own_host_gets_a_byte(host: str) -> None:
    with Network({"GET /": Reply(200, {})}) as net:
        port = net.base.rpartition(":")[2]
        with pytest.raises((Rejected, NotSent)):  # some resolvers do not know such spellings
            http(allow_private_hosts=False).get(f"http://{host}:{port}/")
        assert net.requests == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_closed_port_of_our_own_network_is_refused_like_an_open_one(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(Rejected, match="SOCIALPIPE_ALLOW_PRIVATE_HOSTS"):
        http(allow_private_hosts=False).get(f"{scheme}://127.0.0.1:{port}/")


def test_a_redirect_into_our_own_network_gets_no_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    with Network({"GET /metadata": Reply(200, {})}) as inside:
        hop = Reply(302, b"", {"Location": f"{inside.base}/metadata"})
        with Network({"GET /": hop}) as outside:
            public = iter([True, False])  # the first host is on the internet, the second is not
            monkeypatch.setattr(wire, "is_public", lambda _: next(public))
            client = http(allow_private_hosts=False)
            with pytest.raises(Rejected, match="SOCIALPIPE_ALLOW_PRIVATE_HOSTS"):
                client.get(f"{outside.base}/", follow=True)
        assert inside.requests == []


def test_a_name_is_asked_for_once_and_its_answer_is_what_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Network({"GET /": Reply(200, {})}) as net:
        port, asked = int(net.base.rpartition(":")[2]), []
        answers = iter([("127.0.0.1", port), ("1.1.1.1", port)])  # a name that is bound anew

        def rebinding(*question: object, **_: object) -> object:
            asked.append(question)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", next(answers))]

        looked: list[str] = []

        def public(address: str) -> bool:
            looked.append(address)
            return True

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        monkeypatch.setattr(wire, "is_public", public)
        assert http(allow_private_hosts=False).get(f"http://once.example:{port}/").status == 200
        assert (len(asked), looked) == (1, ["127.0.0.1"])


def test_redirects_are_followed_only_when_reading_and_asked_for() -> None:
    routes = {"GET /a": Reply(302, b"", {"Location": "/b"}), "GET /b": Reply(200, b"here")}
    with Network(routes) as net:
        assert http().get(f"{net.base}/a", follow=True).text == "here"
        with pytest.raises(Rejected):
            http().get(f"{net.base}/a")


def test_a_call_holds_a_place_and_gives_it_back_though_it_fails() -> None:
    with Network({"GET /": Reply(200, {}), "GET /no": Reply(404, {})}) as net, counted() as held:
        http().get(f"{net.base}/")
        assert held == ["in", "out"]
        with pytest.raises(Rejected):
            http().get(f"{net.base}/no")
    with counted() as held, pytest.raises(NotSent):
        http().get("http://127.0.0.1:9/")
    assert held == ["in", "out"]


def test_a_redirect_loop_ends() -> None:
    with Network({"GET /a": Reply(302, b"", {"Location": "/a"})}) as net:
        with pytest.raises(NotSent):
            http().get(f"{net.base}/a", follow=True)
        assert len(net.requests) <= 6


def test_cookies_are_not_kept() -> None:
    with Network({"GET /": Reply(200, {}, {"Set-Cookie": "a=b; Path=/"})}) as net:
        client = http()
        client.get(f"{net.base}/")
        client.get(f"{net.base}/")
        assert "Cookie" not in net.requests[1].headers


def test_proxy_variables_are_not_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with Network({"GET /": Reply(200, {})}) as net:
        assert http().get(f"{net.base}/").status == 200


def test_a_huge_answer_is_read_no_further() -> None:
    with Network({"GET /": Reply(200, b"x" * (LARGEST + 70_000))}) as net:
        assert len(http().get(f"{net.base}/").content) == LARGEST


@pytest.mark.parametrize("act", [Drop(), Drop(reset=True), Slow(0.5), Slow(9, drip=True)])
def test_a_call_that_creates_nothing_may_be_repeated(act: Drop | Slow) -> None:
    with Network({"GET /": act}) as net, pytest.raises(NotSent):
        http(connect_timeout=0.3, read_timeout=0.15).get(f"{net.base}/")


def test_tls_failure_comes_before_the_request() -> None:
    with Network({}) as net, pytest.raises(NotSent, match="TLS"):
        http().post(net.base.replace("http:", "https:"), creates=True, json={})


@pytest.mark.parametrize(
    "url", ["ftp://h.example/", "http:///x", "http://a b/", "nothing", "http://["]
)
def test_malformed_addresses_are_the_channels_fault(url: str) -> None:
    with pytest.raises(Rejected, match="api_base"):
        http().post(url, creates=True, json={})


def test_a_credential_that_fits_no_header_is_the_channels_fault() -> None:
    for value in ("Bearer 비밀", "Bearer a\r\nb: c"):
        with Network({}) as net, pytest.raises(Rejected, match="malformed") as caught:
            http().post(net.base, creates=True, json={}, headers={"Authorization": value})
        assert "비밀" not in str(caught.value)


def test_connections_are_used_again() -> None:
    with Network({"POST /": Reply(200, {})}) as net:
        client = http()
        ports = {client.post(f"{net.base}/", creates=True, json={}).status for _ in range(3)}
        assert ports == {200}
        with Network({"POST /": Drop()}) as other, pytest.raises(Unknown):
            client.post(f"{other.base}/", creates=True, json={})


class TestWaiting:
    def test_the_server_clock_counts(self) -> None:
        reply = answer(
            Date="Mon, 23 Nov 2026 09:00:00 GMT", Retry_After="Mon, 23 Nov 2026 09:01:00 GMT"
        )
        assert wait(reply) == 60

    @pytest.mark.parametrize("value", ["", "soon", "nan", "inf", "-1e400", "[]", "²"])
    def test_nonsense_is_no_time(self, value: str) -> None:
        assert wait(answer(Retry_After=value)) is None

    def test_a_passed_time_is_now_and_a_far_one_is_cut(self) -> None:
        assert wait(answer(Retry_After="-5")) == 0
        assert wait(answer(Retry_After="999999999")) == LONGEST_WAIT

    @given(st.text(max_size=30))
    def test_any_header_is_survived(self, value: str) -> None:
        seconds = wait(answer(Retry_After=value, RateLimit_Reset=value))
        assert seconds is None or 0 <= seconds <= LONGEST_WAIT

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.dictionaries(
                    st.sampled_from(["error", "message", "retry_after", "parameters", "errors"]),
                    inner,
                )
                | st.lists(inner, max_size=2)
            ),
        )
    )
    def test_any_body_is_survived(self, body: Any) -> None:
        assert isinstance(verdict(answer(body)), Throttled)


class TestWords:
    def test_addresses_are_left_out(self) -> None:
        assert tidy("see https://api.example/bot12:AA/x\nnow") == "see (address) now"

    def test_the_longer_secret_goes_first(self) -> None:
        assert hide("token-long token", ["token", "token-long", ""]) == "••• •••"

    @pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"1" * 5000, b"\xff"])
    def test_what_is_no_json_is_nothing(self, body: bytes) -> None:
        assert parse(body) is None

    def test_digging_leads_nowhere_quietly(self) -> None:
        assert dig({"a": [1, {"b": None}]}, "a", 1, "b") is None
        assert dig("text", "a") is None
        assert dig([1], 7) is None

    @pytest.mark.parametrize("value", [None, "", True, 1.5, [], {}, "a\nb"])
    def test_such_things_are_no_identifiers(self, value: Any) -> None:
        with pytest.raises(Unknown):
            answer({"id": value}, 200).id("id")
