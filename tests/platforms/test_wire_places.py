"""When a call over HTTP holds its place on the wire, and what it finds when it gets it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from socialpipe.errors import NotSent
from socialpipe.platforms.http import Http
from socialpipe.platforms.places import taking

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
Talk = Callable[[socket.socket], None]


@contextmanager
def host(*talks: Talk) -> Iterator[str]:
    """Answer so many connections, one after the other, each in its own words."""

    def serve() -> None:
        for talk in talks:
            peer, _ = server.accept()
            with peer:
                peer.settimeout(10)
                talk(peer)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        finally:
            thread.join(20)


@pytest.fixture
def http() -> Http:
    return Http(connect_timeout=0.5, read_timeout=5, allow_private_hosts=True)


def test_a_place_is_free_when_the_answer_begins(http: Http) -> None:
    free = threading.Event()

    @contextmanager
    def place() -> Iterator[None]:
        yield
        free.set()

    def talk(peer: socket.socket) -> None:
        peer.recv(65_536)
        peer.sendall(HEAD)
        if free.wait(3):
            peer.sendall(b"{}")

    with host(talk) as url, taking(place):
        assert http.get(url).status == 200


def test_a_place_is_not_taken_before_the_request_is_built(http: Http) -> None:
    taken: list[bool] = []

    @contextmanager
    def place() -> Iterator[None]:
        taken.append(True)
        yield

    with taking(place), pytest.raises((ValueError, TypeError)):
        http.post("http://127.0.0.1:9/", json={"no": object()}, creates=True)
    assert not taken


def test_a_connection_that_ended_while_a_place_was_waited_for_is_replaced(http: Http) -> None:
    hang_up, gone = threading.Event(), threading.Event()

    @contextmanager
    def place() -> Iterator[None]:
        if places:
            hang_up.set()
            assert gone.wait(5)
        places.append(True)
        yield

    def once(peer: socket.socket) -> None:
        peer.recv(65_536)
        peer.sendall(HEAD + b"{}")
        hang_up.wait(5)
        peer.close()
        gone.set()

    def again(peer: socket.socket) -> None:
        assert peer.recv(65_536).startswith(b"POST ")
        peer.sendall(HEAD + b"{}")

    places: list[bool] = []
    with host(once, again) as url, taking(place):
        assert http.get(url).status == 200
        assert http.post(url, json={}, creates=True).status == 200


def test_waiting_for_a_place_takes_nothing_of_the_time_of_the_call() -> None:
    @contextmanager
    def place() -> Iterator[None]:
        time.sleep(1)
        yield

    def talk(peer: socket.socket) -> None:
        peer.recv(65_536)
        peer.sendall(HEAD)
        time.sleep(0.3)  # the look at deadlines comes every 0.1 s
        peer.sendall(b"{}")

    hasty = Http(connect_timeout=0.1, read_timeout=0.4, allow_private_hosts=True)
    with host(talk) as url, taking(place):
        assert hasty.get(url).status == 200


def test_a_place_is_given_back_when_nobody_answers(http: Http) -> None:
    held: list[str] = []

    @contextmanager
    def place() -> Iterator[None]:
        held.append("taken")
        try:
            yield
        finally:
            held.append("free")

    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with taking(place), pytest.raises(NotSent):
        http.get(f"http://127.0.0.1:{port}/")
    assert held == ["taken", "free"]
