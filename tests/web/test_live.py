"""Live pages: who hears what, what is rendered how often, and when a stream ends."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import requests
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.stage import connect, schedule
from tests.web.conftest import SignIn
from tests.web.visitor import Visitor

from socialpipe.model import Delivery
from socialpipe.model.people import Role
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.listing import Listing
from socialpipe.store.newsroom import Changed, Newsroom
from socialpipe.web import live
from socialpipe.web.live import Live, News, Subscriber
from socialpipe.web.permissions import Action
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

    def open_stream(
        who: Visitor, seen: str = "", state: str = "", channel: str = "", **headers: str
    ) -> Listener:
        answer = requests.get(
            f"{address_of}/deliveries/live",
            params={"seen": seen, "state": state, "channel": channel},
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


def test_a_stream_that_always_has_news_ends_with_its_session_too(
    listen: Listen,
    store: Store,
    simulator: Simulator,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It never is silent for a beat: the system page, say, is sent every five seconds."""
    monkeypatch.setattr(live, "_BEAT", 0.8)
    editor = sign_in(Role.EDITOR)
    channel = connect(store, simulator, "mastodon")
    stream = listen(editor)
    store.sessions.revoke(editor.person.id)
    end = time.monotonic() + PATIENCE
    while not stream.ended.wait(0.2):
        schedule(store, channel, "News.", at=store.now() + timedelta(days=1))
        assert time.monotonic() < end, "it goes on for somebody who is signed out"


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


def test_one_look_reads_once_for_all(
    listen: Listen,
    app: FastAPI,
    store: Store,
    simulator: Simulator,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever roles, languages and zones they have."""
    read: list[frozenset[int]] = []
    real = Listing.some

    def some(self: Listing, ids: frozenset[int]) -> list[Delivery]:
        read.append(ids)
        return real(self, ids)

    monkeypatch.setattr(Listing, "some", some)
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    version = app.state.desk.live.version()
    people = [sign_in(role) for role in (Role.OWNER, Role.EDITOR, Role.VIEWER)]
    store.people.change(people[0].person.id, locale="ko")
    listeners = [listen(one, version) for one in people]
    store.deliveries.cancel(key)
    for one in listeners:
        wait_for(lambda one=one: f'id="delivery-{key}"' in one.text)  # type: ignore[misc]
    assert len(read) <= 2  # the change may have been told in two looks


def test_a_table_of_another_channel_is_not_rendered(
    listen: Listen,
    app: FastAPI,
    store: Store,
    simulator: Simulator,
    owner: Visitor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine, other = (connect(store, simulator, name) for name in ("mastodon", "x"))
    version = app.state.desk.live.version()
    filtered, whole = listen(owner, version, channel=str(mine.id)), listen(owner, version)
    with counted(monkeypatch) as rendered:
        key = schedule(store, other, "Hello.")
        wait_for(lambda: f"delivery-{key}" in whole.text)
        assert len(rendered) == 1
        key = schedule(store, mine, "Hello.")
        wait_for(lambda: f"delivery-{key}" in filtered.text)


def test_a_large_page_is_sent_less_often(
    listen: Listen,
    app: FastAPI,
    store: Store,
    simulator: Simulator,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And is then told everything that happened while it rested, and nothing else."""
    channel = connect(store, simulator, "mastodon")
    keys = [schedule(store, channel, f"Post {n}.") for n in range(3)]
    version, resting = app.state.desk.live.version(), list[Subscriber]()
    large, small = listen(sign_in(Role.OWNER), version), listen(sign_in(Role.VIEWER), version)
    real = Subscriber.told

    def told(self: Subscriber, message: str | None, spent: float) -> None:
        real(self, message, 0.0)
        if self.visit.role is Role.OWNER:
            self.rests_until = math.inf
            resting.append(self)

    monkeypatch.setattr(Subscriber, "told", told)
    for n, key in enumerate(keys, 1):
        store.deliveries.cancel(key)
        wait_for(lambda n=n: small.text.count("id: ") == n)  # type: ignore[misc]
    assert large.text.count("id: ") == 1
    resting[0].rests_until = 0.0
    wait_for(lambda: large.text.count("id: ") == 2)
    last = large.text.rpartition("id: ")[2]
    assert [f'id="delivery-{key}"' in last for key in keys] == [False, True, True]


def test_a_page_rests_as_long_as_it_was_work(app: FastAPI, store: Store, owner: Visitor) -> None:
    bearer = store.sessions.bearer(owner.token)
    visit = Visit(app.state.desk, Request({"type": "http", "headers": []}), Action.SEE, bearer)
    one = Subscriber(visit, str, "group", visit.viewer(), None, "")
    for spent, rests in ((0.0, 0.0), (0.01, 0.5), (9.0, live._LONGEST)):
        one.told("", spent)
        assert one.rests_until - one.rendered_at == pytest.approx(rests)
    assert one.queue.empty()


def test_who_does_not_read_is_let_go(app: FastAPI, store: Store, owner: Visitor) -> None:
    bearer = store.sessions.bearer(owner.token)
    visit = Visit(app.state.desk, Request({"type": "http", "headers": []}), Action.SEE, bearer)
    one = Subscriber(visit, str, "group", visit.viewer(), None, "")
    for _ in range(live._MOST + 1):
        one.put("news")
    assert one.queue.get_nowait() is None
    assert one.queue.empty()


_NEWS = (None, News(), News(frozenset({1}), is_whole=False), News(frozenset({2, 3})))


@given(st.lists(st.sampled_from(_NEWS)))
def test_news_add_up(told: list[News | None]) -> None:
    """Nothing is lost on the way: neither an id, nor that everything may be new."""
    given = [one for one in told if one is not None]
    pending: News | None = None
    for one in given:
        pending = one.plus(pending)
    if pending is not None:
        anew = News() in given
        assert pending.is_whole == any(one.is_whole for one in given)
        ids = frozenset[int]().union(*(one.deliveries for one in given))
        assert pending.deliveries == (frozenset() if anew else ids)


def test_live_pages_take_a_part_of_the_time_only() -> None:
    assert live.pause(0.001) == live._TICK
    assert live.pause(1.0) == 1.0 / live._SHARE


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


def test_a_look_that_breaks_is_not_the_last(
    listen: Listen,
    store: Store,
    simulator: Simulator,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, broken = Newsroom.fresh, threading.Event()

    def fresh(self: Newsroom) -> list[Changed]:
        if not broken.is_set():
            broken.set()
            raise ValueError("a mistake of ours")
        return real(self)

    monkeypatch.setattr(Newsroom, "fresh", fresh)
    page = listen(sign_in(Role.OWNER))
    assert broken.wait(PATIENCE)
    key = schedule(store, connect(store, simulator, "mastodon"), "Hello.")
    wait_for(lambda: f"delivery-{key}" in page.text)


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
