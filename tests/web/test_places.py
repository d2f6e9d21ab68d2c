"""Requests take turns, and whoever waits for something slow keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from anyio import to_thread
from fastapi import FastAPI
from starlette.testclient import TestClient
from tests.engine.stage import connect, schedule
from tests.web.visitor import Visitor

from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web import places
from socialpipe.web.easel import Easel
from socialpipe.web.places import given_up

PATIENCE = 60.0  # s


def _together(works: list[Callable[[], None]]) -> None:
    """Run all of them as requests are."""

    async def run() -> None:
        places.prepare()
        before = to_thread.current_default_thread_limiter().total_tokens
        jobs = [to_thread.run_sync(one) for one in works]
        await asyncio.wait_for(asyncio.gather(*jobs), PATIENCE)
        assert to_thread.current_default_thread_limiter().total_tokens == before

    # In a thread of its own: a browser of another test may have a loop in this one.
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: asyncio.run(run())).result()


def test_few_work_at_once() -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.05)
        with lock:
            at_once -= 1

    _together([work] * 12)
    assert most == places._AT_WORK


def test_who_waits_gives_its_place_up() -> None:
    """All wait for one that comes last: without it nobody would ever go on."""
    came = threading.Event()

    def wait() -> None:
        with given_up():
            assert came.wait(PATIENCE)

    _together([*[wait] * (2 * places._AT_WORK), came.set])


def test_there_are_not_ever_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_MOST", places._AT_WORK + 1)
    waiting, most, lock = 0, 0, threading.Lock()

    def wait() -> None:
        nonlocal waiting, most
        with given_up():
            with lock:
                waiting += 1
                most = max(most, waiting)
            threading.Event().wait(0.05)
            with lock:
                waiting -= 1

    _together([wait] * 12)
    assert most <= places._AT_WORK + 1


def test_outside_of_requests_it_is_nothing() -> None:
    with given_up():
        pass


def test_the_application_has_the_places(app: FastAPI) -> None:
    found: list[float] = []

    @app.middleware("http")
    async def look(request: object, answer: Callable[[object], object]) -> object:
        found.append(to_thread.current_default_thread_limiter().total_tokens)
        return await answer(request)  # type: ignore[misc]

    with TestClient(app) as client:
        client.get("/livez")
    assert found == [places._AT_WORK]


@pytest.mark.parametrize("slow", ["look", "delete"])
def test_asking_a_network_keeps_no_place(
    owner: Visitor,
    store: Store,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    slow: str,
) -> None:
    given = _noted(monkeypatch)
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    owner.post(f"/deliveries/{key}/{slow}")
    owner.call("POST" if slow == "look" else "DELETE", f"/api/v1/deliveries/{key}{_END[slow]}")
    assert given[::2] == [1, 1]


def _noted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note which places are given up and taken again."""
    noted: list[int] = []
    real = places._add

    def add(count: int) -> int:
        noted.append(count)
        return real(count)

    monkeypatch.setattr(places, "_add", add)
    return noted


_END = {"look": "/look", "delete": ""}


def test_drawing_keeps_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    given = _noted(monkeypatch)
    Easel()._drawn("key", tuple)
    assert given == [1, 0]
