"""Live pages: who hears what, what is rendered how often, and when a stream ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
from fastapi import FastAPI
from tests.engine.stage import connect, schedule
from tests.web.conftest import SignIn
from tests.web.visitor import Visitor

from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.web import live
from socialpipe.web.live import Live, News, Subscriber
from socialpipe.web.visit import Visit

PATIENCE = 60.0  # s; a tick is half a second


class Listener:
    """An open stream, read by a thread."""

    def __init__(self, answer: requests.Response) -> None:
        self.heard: list[str] = []
        self.ended = threading.Event()
        self._answer = answer
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self._answer.iter_lines():
                self.heard.append(line.decode())
        except requests.RequestException:
            pass
        self._answer.close()
        self.ended.set()

    @property
    def text(self) -> str:
        """Everything so far."""
        return "\n".join(self.heard)


Listen = Callable[..., Listener]


@pytest.fixture
def listen(app: FastAPI, address_of: str) -> Iterator[Listen]:
    listeners: list[Listener] = []

    def open_stream(who: Visitor, seen: str = "", state: str = "", **headers: str) -> Listener:
        answer = requests.get(
            f"{address_of}/deliveries/live",
            params={"seen": seen, "state": state},
            cookies={"socialpipe": who.token},
            headers=headers,
            stream=True,
            timeout=30,
        )
        assert answer.headers["content-type"].startswith("text/event-stream")
        listener = Listener(answer)
        listeners.append(listener)
        wait_for(lambda: bool(listener.heard))
        return listener

    yield open_stream
    app.state.desk.live.close()
    assert all(one.ended.wait(PATIENCE) for one in listeners)


def wait_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    rendered: list[str] = []
    real = Visit.text

    def text(self: Visit, template: str, /, **context: object) -> str:
        rendered.append(template)
        return real(self, template, **context)

    monkeypatch.setattr(Visit, "text", text)
    yield rendered


def test_only_the_workspace_hears_of_its_deliveries(
    listen: Listen, store: Store, simulator: Simulator, sign_in: SignIn
) -> None:
    other = sign_in(Role.OWNER, workspace="other")
    mine, theirs = listen(sign_in(Role.OWNER)), listen(other)
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    wait_for(lambda: f"delivery-{key}" in mine.text)
    channel = connect(store.within(other.workspace.id), simulator, "mastodon")
    second = schedule(store.within(other.workspace.id), channel, "Ours.")
    wait_for(lambda: f"delivery-{second}" in theirs.text)
    assert f"#delivery-{key}" not in theirs.text
    assert f"#delivery-{second}" not in mine.text


def test_one_rendering_serves_all_who_see_the_same(
    listen: Listen,
    app: FastAPI,
    store: Store,
    simulator: Simulator,
    owner: Visitor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    channel = connect(store, simulator, "mastodon")
    version = app.state.desk.live.version()
    listeners = [listen(owner, version) for _ in range(5)]
    with counted(monkeypatch) as rendered:
        key = schedule(store, channel, "Hello.")
        for one in listeners:
            wait_for(lambda one=one: f"delivery-{key}" in one.text)  # type: ignore[misc]
    assert len(rendered) <= 2  # it may have been told in two ticks, but never once a listener


def test_what_is_shared_carries_nobodys_token(
    listen: Listen,
    store: Store,
    simulator: Simulator,
    owner: Visitor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = "{% from 'parts/forms.html' import csrf with context %}<i>said</i>{{ csrf() }}"

    def text(self: Visit, _template: str, /, **context: object) -> str:
        return self.desk.templates.from_string(source).render({"visit": self, **context})

    monkeypatch.setattr(Visit, "text", text)
    listener = listen(owner)
    schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    wait_for(lambda: "<i>said</i>" in listener.text)
    assert "csrf" not in listener.text
    assert owner.csrf not in listener.text


def test_a_stream_begins_with_what_changed_since_the_page(
    listen: Listen, app: FastAPI, store: Store, simulator: Simulator, owner: Visitor
) -> None:
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Before.")
    shown = app.state.desk.live.version()
    key = schedule(store, channel, "Between the page and its stream.")
    late, back = listen(owner, shown), listen(owner, **{"Last-Event-ID": shown})
    for one in (late, back):
        wait_for(lambda one=one: f'id="delivery-{key}"' in one.text)  # type: ignore[misc]
        assert f"id: {app.state.desk.live.version()}" in one.heard


def test_a_stream_says_nothing_that_the_page_shows_already(
    listen: Listen, app: FastAPI, store: Store, simulator: Simulator, owner: Visitor
) -> None:
    channel = connect(store, simulator, "mastodon")
    key = schedule(store, channel, "Before.")
    stream = listen(owner, app.state.desk.live.version())
    other = schedule(store, channel, "After.")
    wait_for(lambda: f"delivery-{other}" in stream.text)
    store.deliveries.cancel(other)
    wait_for(lambda: stream.text.count("id: ") == 2)
    last = stream.text.rpartition("id: ")[2]
    assert f'id="delivery-{other}"' in last
    assert f'id="delivery-{key}"' not in last  # nothing happened to it


def test_a_second_look_begins_where_the_page_is(
    listen: Listen, app: FastAPI, store: Store, simulator: Simulator, owner: Visitor
) -> None:
    """Nobody listened meanwhile, so nobody looked."""
    channel = connect(store, simulator, "mastodon")
    first = listen(owner, shown := app.state.desk.live.version())
    app.state.desk.live.close()
    assert first.ended.wait(PATIENCE)
    wait_for(lambda: app.state.desk.live.is_idle)
    key = schedule(store, channel, "Meanwhile.")
    stream = listen(owner, shown)
    wait_for(lambda: f'id="delivery-{key}"' in stream.text)


def test_what_comes_into_a_filter_is_shown(
    listen: Listen, app: FastAPI, store: Store, simulator: Simulator, owner: Visitor
) -> None:
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    stream = listen(owner, app.state.desk.live.version(), state="cancelled")
    store.deliveries.cancel(key)
    wait_for(lambda: f'id="delivery-{key}"' in stream.text)


def test_a_stream_ends_with_its_session(
    listen: Listen, store: Store, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_BEAT", 0.3)
    editor = sign_in(Role.EDITOR)
    stream, stays = listen(editor), listen(sign_in(Role.OWNER))
    store.sessions.revoke(editor.person.id)
    assert stream.ended.wait(PATIENCE)
    assert not stays.ended.is_set()


def test_a_stream_ends_with_the_role_that_opened_it(
    listen: Listen, store: Store, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_BEAT", 0.3)
    editor = sign_in(Role.EDITOR)
    stream = listen(editor)
    store.people.join(editor.person.id, editor.workspace.id, Role.CLIENT)
    assert stream.ended.wait(PATIENCE)


def test_streams_end_at_once_when_the_server_stops(
    listen: Listen, app: FastAPI, owner: Visitor
) -> None:
    stream = listen(owner)
    assert app.state.desk.live.open == 1
    app.state.desk.live.close()
    assert stream.ended.wait(PATIENCE)
    wait_for(lambda: app.state.desk.live.open == 0)


def test_a_page_that_breaks_silences_no_other(
    listen: Listen,
    store: Store,
    simulator: Simulator,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = Visit.text

    def text(self: Visit, template: str, /, **context: object) -> str:
        if self.role is Role.EDITOR:
            raise ValueError("a mistake of ours")
        return real(self, template, **context)

    monkeypatch.setattr(Visit, "text", text)
    broken, other = listen(sign_in(Role.EDITOR)), listen(sign_in(Role.OWNER))
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    wait_for(lambda: f"delivery-{key}" in other.text)
    assert broken.ended.wait(PATIENCE)


def test_a_page_is_told_the_ids_of_its_workspace_only(
    listen: Listen,
    app: FastAPI,
    store: Store,
    simulator: Simulator,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[str, News]] = []
    real = Live.render

    def render(self: Live, one: Subscriber, news: News) -> str:
        told.append((str(one.visit.workspace and one.visit.workspace.name), news))
        return real(self, one, news)

    monkeypatch.setattr(Live, "render", render)
    other, version = sign_in(Role.OWNER, workspace="other"), app.state.desk.live.version()
    streams = [listen(one, version) for one in (sign_in(Role.OWNER), other)]
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    wait_for(lambda: f"delivery-{key}" in streams[0].text)
    assert {place for place, _ in told} == {"main"}
    assert {one for _, news in told for one in news.deliveries} == {key}
