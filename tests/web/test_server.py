"""Clients that keep the server waiting, and those that may."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from tests.web.visitor import Visitor

from socialpipe.web import server
from socialpipe.web.server import Server

PATIENCE = 60.0  # s
LIMITS = {"_HEAD": 0.5, "_BODY": 0.5, "_READ": 0.5}


@pytest.fixture
def connect(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], socket.socket]]:
    """Connect to the application, as `socialpipe web` serves it, with little patience."""
    for name, seconds in LIMITS.items():
        monkeypatch.setattr(server, name, seconds)
    running, opened = Server(app, "127.0.0.1", 0), list[socket.socket]()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=running.run, args=[[listening]])
        thread.start()

        def enter() -> socket.socket:
            opened.append(socket.create_connection(listening.getsockname(), timeout=PATIENCE))
            return opened[-1]

        yield enter
        for one in opened:
            one.close()
        app.state.desk.live.close()
        running.should_exit = True
        thread.join()


def ended(client: socket.socket) -> bool:
    """Whether the server hangs up, whatever it says before that."""
    with contextlib.suppress(ConnectionResetError):
        while client.recv(10_000):
            pass
    return True  # else the socket's own patience ended first, with an error


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET /livez HTTP/1.1\r\nHost: a\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "half a second head"],
)
def test_who_does_not_finish_is_let_go(connect: Callable[[], socket.socket], said: bytes) -> None:
    client = connect()
    client.sendall(said)
    assert ended(client)


def test_what_trickles_in_buys_no_time(connect: Callable[[], socket.socket]) -> None:
    client = connect()
    client.sendall(b"GET /livez HTTP/1.1\r\n")
    end = time.monotonic() + PATIENCE
    with contextlib.suppress(OSError):
        while time.monotonic() < end:
            client.sendall(b"X: y\r\n")
            time.sleep(0.1)
    assert time.monotonic() < end


def _listen(client: socket.socket, app: FastAPI, owner: Visitor) -> None:
    head = f"GET /deliveries/live HTTP/1.1\r\nHost: a\r\nCookie: socialpipe={owner.token}\r\n\r\n"
    client.sendall(head.encode())
    end = time.monotonic() + PATIENCE
    while not app.state.desk.live.open:
        assert time.monotonic() < end, "nobody listens"
        time.sleep(0.02)


def test_who_does_not_read_is_let_go(
    connect: Callable[[], socket.socket], app: FastAPI, owner: Visitor
) -> None:
    _listen(connect(), app, owner)
    live = app.state.desk.live
    (one,) = live._subscribers
    one.put(": " + "x" * 20_000_000 + "\n\n")
    end = time.monotonic() + PATIENCE
    while live.open:
        assert time.monotonic() < end, "it is still there"
        time.sleep(0.05)


def test_who_listens_may_stay(
    connect: Callable[[], socket.socket], app: FastAPI, owner: Visitor
) -> None:
    client = connect()
    _listen(client, app, owner)
    time.sleep(3 * max(LIMITS.values()))
    assert app.state.desk.live.open == 1
    client.settimeout(0.1)
    with contextlib.suppress(TimeoutError):  # it is silent, and has not ended
        while True:
            assert client.recv(10_000), "it has ended"
