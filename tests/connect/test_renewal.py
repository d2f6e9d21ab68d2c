"""Staying connected: one renews for all, nothing that came back is lost, people hear in time."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.cli.conftest import Command
from tests.conftest import Environment
from tests.connect.conftest import days, let_in, stands
from tests.servers.oidc import Provider, oidc_provider

from socialpipe.connecting import Draft
from socialpipe.engine import Engine, connect
from socialpipe.errors import (
    NotSent,
    PlatformError,
    Rejected,
    Throttled,
    TryAgain,
    Unauthorized,
    Unknown,
)
from socialpipe.model import Channel
from socialpipe.platforms import registry
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.http import Http
from socialpipe.platforms.oauth.flow import Flow
from socialpipe.platforms.oauth.model import Tokens
from socialpipe.renewal import by_hand, renew, renewer
from socialpipe.schedule.topics import Topic
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.web.metrics import exposition
from socialpipe.worker.renewer import Renewer

FORK = multiprocessing.get_context("fork")


def token_of(engine: Engine, channel: Channel) -> str:
    return engine.store.channels.secrets(channel.id)["token"]


def opened() -> Engine:
    """An engine of a process of its own."""
    http = Http(connect_timeout=5, read_timeout=20, allow_private_hosts=True)
    return Engine(Store(load()), load(), http, actor="another")


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """A provider whose tokens live a second."""
    with oidc_provider(tmp_path_factory.mktemp("oidc"), lifetime=1) as running:
        yield running


# ── ahead of the end, and on demand ────────────────────────────────────────────────────────────


def test_the_renewer_renews_what_is_due(
    engine: Engine, channel: Channel, provider: Provider
) -> None:
    before = token_of(engine, channel)
    Renewer(engine).round()
    assert token_of(engine, channel) == before  # it is not due yet
    stands(engine.store, channel, renew_at=engine.store.now())
    Renewer(engine).round()
    after = token_of(engine, channel)
    assert after != before
    assert provider.works(after)
    found = engine.store.credentials.get(channel.id)
    assert found is not None
    assert found.renewing_since is None
    assert found.renew_at
    assert found.renew_at > engine.store.now() + timedelta(hours=1)


def test_a_call_with_a_dead_token_renews_it(engine: Engine, hasty: Provider) -> None:
    channel = let_in(engine, hasty)
    before = token_of(engine, channel)
    time.sleep(1.2)
    assert not hasty.works(before)
    assert connect(engine, channel).check().name == "poster"
    assert token_of(engine, channel) != before


def test_a_token_that_stays_refused_is_renewed_once(
    engine: Engine, channel: Channel, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed = provider.counts()["refresh"]
    platform = connect(engine, channel)
    monkeypatch.setattr(platform, "judge", lambda _: Unauthorized("No."))
    with pytest.raises(Unauthorized, match=r"No\."):
        platform.check()
    assert provider.counts()["refresh"] == refreshed + 1


def test_the_keeper_role_does_it(engine: Engine, channel: Channel, provider: Provider) -> None:
    before = token_of(engine, channel)
    stands(engine.store, channel, renew_at=engine.store.now())
    program = [sys.executable, "-m", "socialpipe", "keeper"]
    keeper = subprocess.Popen(program, env={**os.environ, "SOCIALPIPE_KEEPER_INTERVAL": "0.2"})
    try:
        end = time.monotonic() + 60
        while token_of(engine, channel) == before and time.monotonic() < end:
            time.sleep(0.1)
    finally:
        keeper.terminate()
        keeper.wait(30)
    assert provider.works(token_of(engine, channel))
    assert token_of(engine, channel) != before


# ── one for all ────────────────────────────────────────────────────────────────────────────────


def race(channel_id: int, stale: str, start: float) -> None:
    engine = opened()
    time.sleep(max(0.0, start - time.time()))
    channel = engine.store.channels.by_id(channel_id)
    held = renew(engine.store, engine.http, channel, stale)
    assert held["token"] != stale
    engine.store.close()


def test_racing_processes_keep_the_grant(
    engine: Engine, channel: Channel, provider: Provider
) -> None:
    stale, refreshed = token_of(engine, channel), provider.counts()["refresh"]
    for _ in range(3):
        given = (channel.id, stale, time.time() + 0.5)
        workers = [FORK.Process(target=race, args=given) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0] * 4
        refreshed += 1
        assert provider.counts()["refresh"] == refreshed
        stale = token_of(engine, channel)
        assert provider.works(stale)


@pytest.fixture
def slow_renewal(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> Iterator[threading.Thread]:
    """A renewal that has its answer, and stores it half a second after the thread is started."""
    renewed = Flow.renew
    answered = threading.Event()

    def slowly(self: Flow, held: Mapping[str, str]) -> Tokens:
        tokens = renewed(self, held)
        answered.set()
        time.sleep(0.5)
        return tokens

    monkeypatch.setattr(Flow, "renew", slowly)
    given = (engine.store, engine.http, channel, token_of(engine, channel))
    thread = threading.Thread(target=renew, args=given)
    thread.start()
    assert answered.wait(60)
    yield thread
    thread.join(60)


def test_a_new_credential_is_not_undone_by_a_renewal_of_the_old_one(
    engine: Engine, channel: Channel, provider: Provider, slow_renewal: threading.Thread
) -> None:
    draft = Draft(registry.load("x"), "news", "UTC", secrets={"token": "of a person"})
    draft.keep(engine, "test")
    slow_renewal.join(60)
    assert engine.store.channels.secrets(channel.id) == {"token": "of a person"}


def test_a_disconnected_channel_stays_so(
    engine: Engine, channel: Channel, slow_renewal: threading.Thread, socialpipe: Command
) -> None:
    assert socialpipe("channel", "disconnect", "news").code == 0
    slow_renewal.join(60)
    assert engine.store.channels.secrets(channel.id) == {}


def test_a_secret_that_is_set_meanwhile_keeps_the_rotated_token(
    engine: Engine,
    channel: Channel,
    provider: Provider,
    slow_renewal: threading.Thread,
    socialpipe: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = engine.store.channels.secrets(channel.id)
    monkeypatch.setenv("APP", "another app secret")
    assert socialpipe("channel", "set", "news", "--secret", "client_secret=env:APP").code == 0
    slow_renewal.join(60)
    held = engine.store.channels.secrets(channel.id)
    assert held["client_secret"] == "another app secret"
    assert held["refresh_token"] != before["refresh_token"]
    assert provider.works(held["token"])


# ── a death between the answer and the store ───────────────────────────────────────────────────


def renew_and_die(channel_id: int, stale: str) -> None:
    engine = opened()

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    engine.store.credentials.renewed = die  # type: ignore[method-assign,assignment]
    renew(engine.store, engine.http, engine.store.channels.by_id(channel_id), stale)


@pytest.fixture
def cut_off(engine: Engine, channel: Channel) -> Channel:
    """A channel whose worker died between the network's answer and the store."""
    child = FORK.Process(target=renew_and_die, args=(channel.id, token_of(engine, channel)))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    # The lock outlasts who held it for a while; this test does not wait for that.
    engine.store.channels.session(channel.id)._set(None, renewer_until=None, renewer=None)
    return channel


def test_the_intent_outlives_who_died(engine: Engine, cut_off: Channel) -> None:
    found = engine.store.credentials.get(cut_off.id)
    assert found is not None
    assert found.renewing_since is not None


def test_a_strict_network_asks_for_a_person(
    engine: Engine, cut_off: Channel, provider: Provider, socialpipe: Command
) -> None:
    stale = token_of(engine, cut_off)
    hook = engine.store.hooks.add("https://hook.example/", [Topic.DISCONNECTED], "whsec_c2VjcmV0")
    with pytest.raises(Unauthorized, match="was cut off at") as told:
        renew(engine.store, engine.http, cut_off, stale)
    assert "does not take the refresh token twice" in told.value.what
    assert "socialpipe channel connect x news" in told.value.what
    found = engine.store.credentials.get(cut_off.id)
    assert found is not None
    assert (found.renew_at, found.problem) == (None, told.value.what)
    assert engine.store.credentials.events(cut_off.id)[-1].text == told.value.what
    (message,) = engine.store.hooks.messages(hook.id)
    body = json.loads(message.body)
    assert (body["type"], body["data"]["channel"]) == ("channel.disconnected", "news")
    refreshed = provider.counts()["refresh"]
    with pytest.raises(Unauthorized):  # nobody asks the network again and again
        renew(engine.store, engine.http, cut_off, stale)
    assert provider.counts()["refresh"] == refreshed
    assert socialpipe("doctor").code == 1
    let_in(engine, provider)
    assert connect(engine, cut_off).check().name == "poster"


def test_a_network_with_a_grace_gives_the_token_again(
    engine: Engine, cut_off: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = token_of(engine, cut_off)
    monkeypatch.setattr(Flow, "renew", lambda *_: Tokens("again", "again too"))
    held = renew(engine.store, engine.http, cut_off, stale)
    assert (held["token"], held["refresh_token"]) == ("again", "again too")
    found = engine.store.credentials.get(cut_off.id)
    assert found is not None
    assert found.renewing_since is None


def test_a_network_that_is_away_does_not_end_the_memory_of_it(
    engine: Engine, cut_off: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Tokens:
        raise NotSent("away")

    monkeypatch.setattr(Flow, "renew", fail)
    with pytest.raises(NotSent):
        renew(engine.store, engine.http, cut_off, token_of(engine, cut_off))
    found = engine.store.credentials.get(cut_off.id)
    assert found is not None
    assert found.renewing_since is not None


# ── answers that do not come, or hold nothing ──────────────────────────────────────────────────


def test_an_empty_refresh_token_overwrites_nothing(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = engine.store.channels.secrets(channel.id)
    monkeypatch.setattr(Flow, "renew", lambda *_: Tokens("new", ""))
    renew(engine.store, engine.http, channel, before["token"])
    after = engine.store.channels.secrets(channel.id)
    assert after == before | {"token": "new"}


@pytest.mark.parametrize(
    ("outcome", "remembered"),
    [(NotSent("away"), False), (Throttled("busy", seconds=9), False), (Unknown("lost"), True)],
)
def test_a_failure_is_tried_again_later(
    engine: Engine,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
    outcome: PlatformError,
    remembered: bool,
) -> None:
    before, asked = token_of(engine, channel), engine.store.now()

    def fail(*_: object) -> Tokens:
        raise outcome

    monkeypatch.setattr(Flow, "renew", fail)
    with pytest.raises(NotSent, match="could not be renewed"):  # a post that waits was not sent
        renew(engine.store, engine.http, channel, before)
    found = engine.store.credentials.get(channel.id)
    assert found is not None
    assert found.problem is None
    assert found.renew_at
    assert found.renew_at >= asked + timedelta(minutes=5)
    assert (found.renewing_since is not None) == remembered
    assert token_of(engine, channel) == before


def test_a_network_that_asks_to_wait_is_not_asked_earlier(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Tokens:
        raise Throttled("busy", seconds=3600)

    monkeypatch.setattr(Flow, "renew", fail)
    asked = engine.store.now()
    with pytest.raises(NotSent):
        renew(engine.store, engine.http, channel, token_of(engine, channel))
    found = engine.store.credentials.get(channel.id)
    assert found is not None
    assert found.renew_at
    assert found.renew_at >= asked + timedelta(hours=1)


def test_a_new_token_waits_for_the_database(
    engine: Engine, channel: Channel, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, tries = engine.store.credentials.renewed, 0

    def away(*given: Any) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise TryAgain("The database does not answer.")
        keep(*given)

    monkeypatch.setattr(engine.store.credentials, "renewed", away)
    monkeypatch.setattr("socialpipe.renewal.time.sleep", lambda _: None)
    held = renew(engine.store, engine.http, channel, token_of(engine, channel))
    assert tries == 3
    assert token_of(engine, channel) == held["token"]
    assert provider.works(held["token"])


def test_a_database_that_stays_away_is_not_waited_for_for_ever(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = iter(range(9))

    def away(*_: object) -> None:
        if next(tries) == 8:
            pytest.fail("it tries for ever")
        raise TryAgain("The database does not answer.")

    monkeypatch.setattr(engine.store.credentials, "renewed", away)
    monkeypatch.setattr("socialpipe.renewal._KEEP_TRYING", -1.0)
    monkeypatch.setattr("socialpipe.renewal.time.sleep", lambda _: None)
    with pytest.raises(TryAgain):
        renew(engine.store, engine.http, channel, token_of(engine, channel))


def test_no_renewal_outlasts_its_lock(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[float] = []

    def look(self: Flow, _: object) -> Tokens:
        patience.append(self._http.read_timeout)
        return Tokens("new")

    monkeypatch.setattr(Flow, "renew", look)
    renew(engine.store, engine.http, channel, token_of(engine, channel))
    assert (patience, engine.http.read_timeout) == ([10.0], 20)


def test_an_app_that_is_not_known_any_more_needs_a_person(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Tokens:
        raise Rejected("The network does not know the app.", "Check client_id.")

    monkeypatch.setattr(Flow, "renew", fail)
    with pytest.raises(Unauthorized, match=r"Check client_id\. Connect it anew"):
        renew(engine.store, engine.http, channel, token_of(engine, channel))
    found = engine.store.credentials.get(channel.id)
    assert found is not None
    assert (found.renew_at, found.renewing_since) == (None, None)


def test_the_same_token_again_is_not_tried_again(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform = connect(engine, channel)
    calls: list[str] = []

    def refuse(answer: Answer) -> Unauthorized:
        calls.append(answer.host)
        return Unauthorized("No.")

    monkeypatch.setattr(platform, "judge", refuse)
    same = platform.account.secrets
    for renewed in (None, lambda _: same):
        platform.account = replace(platform.account, renew=renewed)
        with pytest.raises(Unauthorized):
            platform.check()
    assert len(calls) == 2


def test_what_cannot_be_renewed_has_no_renewal(engine: Engine) -> None:
    channel = engine.store.channels.add(
        "li", "linkedin", api_base=None, settings={}, secrets={"token": "a"}, timezone="UTC"
    )
    assert renewer(engine.store, engine.http, channel, {"token": "a"}) is None
    facts, now = registry.load("linkedin").oauth, engine.store.now()
    assert by_hand(facts, {"token": "a"}, now) is None
    young = by_hand(registry.load("threads").oauth, {"token": "a"}, now)
    assert young is not None
    assert young.renew_at == now + timedelta(hours=25)  # Meta renews none that is younger than 24


# ── the renewer goes on ────────────────────────────────────────────────────────────────────────


def test_one_channel_s_trouble_is_no_other_s(
    engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [channel.id]
    for n in range(2):
        found = engine.store.channels.add(
            f"n{n}", "x", api_base=None, settings={}, secrets={}, timezone="UTC"
        )
        keys.append(found.id)
    met: list[int] = []

    def trouble(_store: Store, _http: Http, found: Channel, *_: object) -> None:
        met.append(found.id)
        raise (NotSent("away"), ValueError("odd"), KeyError("odd"))[keys.index(found.id)]

    monkeypatch.setattr("socialpipe.worker.renewer.renew", trouble)
    monkeypatch.setattr(engine.store.credentials, "due", lambda _: keys)
    Renewer(engine).round()
    assert sorted(met) == sorted(keys)


def test_the_renewer_outlives_a_bad_round(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    renewer_, stop = Renewer(engine), threading.Event()
    rounds: list[Exception] = [TryAgain("away"), ValueError("odd")]

    def bad() -> None:
        if not rounds:
            stop.set()
            return
        raise rounds.pop(0)

    monkeypatch.setattr(renewer_, "round", bad)
    monkeypatch.setattr("socialpipe.worker.renewer._INTERVAL", 0.0)
    renewer_.run(stop)
    assert rounds == []


# ── people hear in time ────────────────────────────────────────────────────────────────────────


def test_warnings_come_once_for_each_lead(engine: Engine, channel: Channel) -> None:
    store = engine.store
    hook = store.hooks.add("https://hook.example/", [Topic.EXPIRING], "whsec_c2VjcmV0")
    told = []
    for left in (20.0, 13.9, 13.0, 6.9, 5.0, 0.9, 0.5, -0.1, -1.0):
        stands(store, channel, **days(store, left))
        told.append(store.credentials.warn("test"))
    assert told == [0, 1, 0, 1, 0, 1, 0, 1, 0]
    texts = [one.text for one in store.credentials.events(channel.id)][1:]
    said = ("ends in 13 days", "ends in 6 days", "ends in 21 hours", "has ended")
    assert all(words in text for words, text in zip(said, texts, strict=True))
    assert len(store.hooks.messages(hook.id)) == 4
    renew(store, engine.http, channel, token_of(engine, channel))
    stands(store, channel, **days(store, 13.9))
    assert store.credentials.warn("test") == 1  # a renewed one is warned of anew


def test_what_renews_itself_is_no_worry(engine: Engine, channel: Channel) -> None:
    stands(engine.store, channel, expires_at=engine.store.now() + timedelta(hours=1))
    assert engine.store.credentials.warn("test") == 0
    stands(engine.store, channel, refresh_expires_at=engine.store.now() + timedelta(days=6))
    assert engine.store.credentials.warn("test") == 1


def test_doctor_test_and_metrics_tell(
    engine: Engine, channel: Channel, socialpipe: Command
) -> None:
    stands(engine.store, channel, **days(engine.store, 5))
    told = socialpipe("channel", "test", "news")
    assert told.code == 1
    assert "ends in 4 days" in told.out
    assert "Connect it anew: socialpipe channel connect x news" in told.out
    assert "the credential ends in 4 days" in socialpipe("doctor").out
    families = text_string_to_metric_families(exposition(engine.store).decode())
    (family,) = [one for one in families if one.name == "socialpipe_credential_ends_seconds"]
    (sample,) = family.samples
    assert sample.labels == {"channel": "news", "platform": "x"}
    assert 4.9 * 86_400 < sample.value <= 5 * 86_400


def test_a_pasted_refresh_token_is_taken_into_care(
    engine: Engine, channel: Channel, provider: Provider, environment: Environment
) -> None:
    held = engine.store.channels.secrets(channel.id)
    settings = {"authorize_url": provider.authorize_url}
    pasted = engine.store.channels.add(
        "pasted", "x", api_base=provider.base, settings=settings, secrets=held, timezone="UTC"
    )
    assert engine.store.credentials.get(pasted.id) is None
    fresh = renew(engine.store, engine.http, pasted, held["token"])
    assert provider.works(fresh["token"])
    found = engine.store.credentials.get(pasted.id)
    assert found is not None
    assert found.expires_at is not None
