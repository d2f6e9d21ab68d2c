"""Following a short link: to its stored target, and nowhere else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import requests
import uvicorn
from tests.conftest import Environment

from socialpipe.store import Store
from socialpipe.web.app import create

TARGET = "https://example.com/story?utm_source=x&a=%ED%95%9C#part"
Browser = Callable[..., requests.Response]


@pytest.fixture(scope="module")
def server() -> Iterator[Callable[[Store], str]]:
    """Serve a store's web pages on a free port until the tests are over."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve(store: Store) -> str:
        site = uvicorn.Server(uvicorn.Config(create(store), log_config=None, lifespan="off"))
        listener = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=site.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((site, thread))
        while not site.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield serve
    for site, thread in running:
        site.should_exit = True
        thread.join()


@pytest.fixture
def store(environment: Environment) -> Iterator[Store]:
    opened = Store(environment())
    yield opened
    opened.close()


@pytest.fixture
def browser(store: Store, server: Callable[[Store], str]) -> Browser:
    """Ask for a path as a browser does, but follow nothing."""
    base = server(store)

    def ask(path: str, method: str = "GET", agent: str = "Mozilla/5.0") -> requests.Response:
        headers = {"User-Agent": agent}
        return requests.request(
            method, base + path, headers=headers, allow_redirects=False, timeout=20
        )

    return ask


def clicks(store: Store) -> int:
    return sum(link.clicks for link in store.short_links.find())


def test_a_click_is_sent_to_the_target_and_counted(store: Store, browser: Browser) -> None:
    code = store.short_links.shorten("news", TARGET)
    answer = browser(f"/l/{code}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == TARGET
    assert answer.headers["Cache-Control"] == "no-store"
    assert clicks(store) == 1


def test_previews_are_sent_on_and_not_counted(store: Store, browser: Browser) -> None:
    path = f"/l/{store.short_links.shorten('news', TARGET)}"
    for agent in ("Twitterbot/1.0", "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", ""):
        answer = browser(path, agent=agent)
        assert answer.headers["Location"] == TARGET
    assert browser(path, "HEAD").status_code == 302
    assert clicks(store) == 0


@pytest.mark.parametrize(
    "path",
    ["nosuch00", "https://evil.example", "//evil.example", "..%2f..%2fetc", "%00", "x" * 500, "é"],
)
def test_other_codes_get_a_page_that_says_so(store: Store, browser: Browser, path: str) -> None:
    store.short_links.shorten("news", TARGET)
    answer = browser(f"/l/{path}?url=https://evil.example")
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert clicks(store) == 0


@pytest.mark.parametrize("path", ["%00", "a" * 65, "a-b", "é"])
def test_what_is_no_code_is_not_looked_up(
    store: Store, browser: Browser, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(store.short_links, "follow", lambda code, **_: asked.append(code))
    assert browser(f"/l/{path}").status_code == 404
    assert asked == []


def test_the_page_for_an_unknown_code_is_for_people(browser: Browser) -> None:
    answer = browser("/l/nosuch00")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1>No such link</h1>" in answer.text
