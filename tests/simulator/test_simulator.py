from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from typing import Any

import pytest
import requests
from tests.simulator.client import Client, Pds, png

from socialpipe.errors import TryAgain, UsageError
from socialpipe.simulator import AcceptedPost, Simulator
from socialpipe.simulator.ledger import Draft, Gallery, Ledger, Shelf


def control(sim: Simulator, method: str, path: str, **content: Any) -> requests.Response:
    return requests.request(method, sim.url + path, timeout=5, **content)


# ── the accounts of a stand-in ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("token", ["", "bad", "bad-token"])
def test_refuses_bad_tokens(sim: Simulator, client: Client, token: str) -> None:
    caller = Client(sim, client.session, token)
    assert caller.tweet("글").json()["status"] == 401
    assert caller.toot("글").json() == {"error": "The access token is invalid"}
    assert sim.posts() == []


def test_a_long_token_never_shows(sim: Simulator, client: Client) -> None:
    secret = "AAAA1111-very-secret-credential"
    Client(sim, client.session, secret).tweet("글")
    client.bot("sendMessage", f"1:{secret}", json={"chat_id": "@a", "text": "글"})
    shown = "".join(control(sim, "GET", path).text for path in ("/", "/_sim/posts", "/_sim/calls"))
    assert secret not in shown
    assert sim.posts("x")[0].account.startswith("user_")


# ── asking what happened ───────────────────────────────────────────────────────────────────────


def test_posts_in_json(sim: Simulator, client: Client) -> None:
    blob = Pds(client).upload(png())
    embed = {"$type": "app.bsky.embed.images", "images": [{"alt": "설명", "image": blob}]}
    Pds(client).put("그림", embed=embed)
    client.toot("글", "key-1")
    picture, status = control(sim, "GET", "/_sim/posts").json()
    assert (picture["media"], picture["alts"]) == (1, ["설명"])
    assert picture["id"].startswith("at://did:plc:")
    known = {"platform": "mastodon", "account": "alice", "text": "글", "key": "key-1", "media": 0}
    assert known.items() <= status.items()
    assert 0 <= status["elapsed"] < 60
    assert status["received_at"].endswith("+00:00")
    assert control(sim, "GET", status["url"].removeprefix(sim.url)).status_code == 200


def test_calls_in_json(sim: Simulator, client: Client) -> None:
    sim.fault("x", "error")
    client.tweet("글")
    client.tweet("글")
    client.get("x", "/2/nowhere")
    first, second = control(sim, "GET", "/_sim/calls").json()
    assert (first["status"], first["fault"], first["path"]) == (500, "error", "/2/tweets")
    assert (second["status"], second["fault"], second["account"]) == (201, None, "alice")


def test_faults_over_http(sim: Simulator, client: Client) -> None:
    fault = {"platform": "mastodon", "fault": "drop", "count": 2, "seconds": 2.0, "match": "둘"}
    assert control(sim, "POST", "/_sim/faults", json=fault).status_code == 201
    (waiting,) = control(sim, "GET", "/_sim/faults").json()
    assert (waiting["kind"], waiting["count"], waiting["match"]) == ("drop", 2, "둘")
    with pytest.raises(requests.ConnectionError):
        client.toot("둘째")
    assert control(sim, "GET", "/_sim/faults").json()[0]["count"] == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"platform": "x"},
        {"platform": "x", "fault": "bang"},
        {"platform": "x", "fault": "drop", "count": "many"},
        {"platform": "x", "fault": "drop", "on": "tuesday"},
        {"platform": "nowhere", "fault": "drop"},
    ],
)
def test_a_wrong_fault_is_explained(sim: Simulator, fault: dict[str, str]) -> None:
    answer = control(sim, "POST", "/_sim/faults", json=fault)
    assert (answer.status_code, "error" in answer.json()) == (400, True)


def test_reset_forgets_everything(sim: Simulator, client: Client) -> None:
    client.tweet("글")
    sim.fault("x", "error")
    assert control(sim, "DELETE", "/_sim").status_code == 204
    assert (sim.posts(), sim.calls(), sim.faults.waiting()) == ([], [], [])
    assert client.tweet("글").status_code == 201


def test_unknown_addresses(sim: Simulator, client: Client) -> None:
    for path in ("/nowhere", "/post/99", "/_sim/media/" + "0" * 64, "/_sim/other"):
        assert control(sim, "GET", path).status_code == 404
    assert client.get("mastodon", "/api/v1/nowhere").json() == {"error": "Not Found"}
    with pytest.raises(UsageError):
        sim.base("nowhere")


def test_waiting_ends_with_the_posts_or_the_time(sim: Simulator, client: Client) -> None:
    timer = threading.Timer(0.1, client.tweet, ["글"])
    timer.start()
    assert [post.text for post in sim.wait_for("x", 1, timeout=10)] == ["글"]
    timer.join()
    started = time.monotonic()
    assert len(sim.wait_for("x", 2, timeout=0.1)) == 1
    assert time.monotonic() - started < 5


# ── HTTP ───────────────────────────────────────────────────────────────────────────────────────


def test_keeps_connections_alive(sim: Simulator) -> None:
    connection = HTTPConnection("127.0.0.1", sim.port, timeout=5)
    connection.connect()
    sock = connection.sock
    for _ in range(3):
        connection.request("GET", "/mastodon/api/v2/instance")
        assert connection.getresponse().read()
        assert connection.sock is sock
    connection.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": "many"}, 400),
        ({"Content-Length": "99999999999"}, 413),
    ],
)
def test_turns_odd_bodies_away(sim: Simulator, headers: dict[str, str], status: int) -> None:
    connection = HTTPConnection("127.0.0.1", sim.port, timeout=5)
    connection.putrequest("POST", "/x/2/tweets")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == status
    connection.close()


@pytest.mark.parametrize("body", [b"{", b'{"status": "\\ud800"}', b"\xff"])
def test_a_broken_body_is_a_bad_request(client: Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("mastodon", "/api/v1/statuses", data=body, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("body", [{"media": 1}, {"media": [1]}, {"reply": {"x": {}}, "text": []}])
def test_a_field_of_the_wrong_type_is_a_bad_request(client: Client, body: object) -> None:
    assert client.post("x", "/2/tweets", json=body).status_code == 400


def test_latency_is_added_to_every_call() -> None:
    with Simulator(latency=0.2) as sim, requests.Session() as session:
        started = time.monotonic()
        Client(sim, session).tweet("글")
        assert time.monotonic() - started >= 0.2


def test_stopping_ends_waiting_calls_and_frees_the_port() -> None:
    with Simulator() as sim, requests.Session() as session:
        sim.fault("x", "hold", seconds=60)
        client = Client(sim, session)
        failed: list[requests.RequestException | requests.Response] = []

        def publish() -> None:
            try:
                failed.append(client.tweet("글"))
            except requests.RequestException as error:
                failed.append(error)

        thread = threading.Thread(target=publish)
        thread.start()
        sim.wait_for("x", 1, timeout=5)
        started = time.monotonic()
        sim.stop()
        thread.join(10)
        assert not thread.is_alive()
        assert time.monotonic() - started < 5
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", sim.port)) != 0


def test_a_taken_port_is_explained(sim: Simulator) -> None:
    with pytest.raises(TryAgain, match=r"cannot be listened on"):
        Simulator(port=sim.port)


def test_listens_on_loopback_only_by_default(sim: Simulator) -> None:
    assert sim.url == f"http://127.0.0.1:{sim.port}"


# ── memory ─────────────────────────────────────────────────────────────────────────────────────


def test_posts_and_calls_are_bounded() -> None:
    with Simulator(keep=5) as sim, requests.Session() as session:
        for n in range(12):
            Client(sim, session).tweet(f"글 {n}")
        assert [post.text for post in sim.posts()] == [f"글 {n}" for n in range(7, 12)]
        assert len(sim.calls()) == 5
        assert sim.wait_for("x", 12, timeout=0)[-1].number == 12


def test_images_are_bounded() -> None:
    gallery = Gallery(room=1000)
    digests = [gallery.put("image/png", bytes([n]) * 300) for n in range(10)]
    assert gallery.held == 900
    assert [gallery.get(digest) is not None for digest in digests] == [False] * 7 + [True] * 3
    gallery.put("image/png", b"x" * 2000)
    assert gallery.held == 0


def test_the_same_image_is_kept_once() -> None:
    gallery = Gallery(room=1000)
    assert gallery.put("image/png", b"x" * 300) == gallery.put("image/png", b"x" * 300)
    assert gallery.held == 300


def test_a_shelf_forgets_its_oldest() -> None:
    shelf: Shelf[int, str] = Shelf(keep=2)
    for n in range(4):
        shelf[n] = str(n)
    assert list(shelf.items()) == [(2, "2"), (3, "3")]


def test_the_ledger_counts_under_load() -> None:
    ledger = Ledger(0.0, 10_000, 1000)

    def accept(name: str) -> None:
        for n in range(200):
            ledger.accept("x", name, Draft("글", f"{name}-{n}"), 1.0, None)

    threads = [threading.Thread(target=accept, args=(f"t{n}",)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    posts = ledger.posts("x")
    assert sorted(post.number for post in posts) == list(range(1, 2001))
    assert len({post.id for post in posts}) == 2000


def test_the_package_is_light() -> None:
    heavy = {"regex", "requests", "PIL", "sqlalchemy", "celery", "socialpipe.platforms"}
    code = f"import sys, socialpipe.simulator; print(sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_post_is_frozen(sim: Simulator, client: Client) -> None:
    client.tweet("글")
    post: AcceptedPost = sim.posts()[0]
    with pytest.raises(AttributeError):
        post.text = "anders"  # type: ignore[misc]


def test_hanging_up_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    with Simulator() as sim, requests.Session() as session:
        client = Client(sim, session)
        sim.fault("x", "drop")
        with pytest.raises(requests.ConnectionError):
            client.tweet("글")
        sim.fault("x", "hold", seconds=0.2)
        with socket.create_connection(("127.0.0.1", sim.port)) as impatient:
            body = b'{"text": "2"}'
            head = b"POST /x/2/tweets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice\r\n"
            kind = b"Content-Type: application/json\r\nContent-Length: 13\r\n\r\n"
            impatient.sendall(head + kind + body)
            sim.wait_for("x", 2, timeout=5)
            impatient.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(0.4)
    assert capfd.readouterr().err == ""
