"""`channel connect`: a strict provider, a browser, a listener on loopback, or a paste."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from tests.cli.conftest import Command, Result
from tests.connect.conftest import REDIRECT, Browser, let_in
from tests.servers.oidc import CLIENT, SCOPES, SECRET, Provider, oidc_provider

from socialpipe.cli import channel_connect
from socialpipe.cli.loopback import Loopback
from socialpipe.connecting import Draft
from socialpipe.engine import Engine, connect
from socialpipe.errors import AccessDenied, Rejected, TryAgain, Unauthorized, UsageError
from socialpipe.model import Channel
from socialpipe.platforms import registry
from socialpipe.platforms.oauth.flow import Asked, Flow
from socialpipe.platforms.oauth.model import App, OAuthFacts, Tokens
from socialpipe.renewal import app_of, flow_of
from socialpipe.settings import load
from socialpipe.store.channels import BY_HAND
from socialpipe.store.schema import workspace

Pasting = Callable[[Callable[[str], str]], Result]


@pytest.fixture
def flow(engine: Engine, provider: Provider) -> Flow:
    where = {"authorize_url": provider.authorize_url}
    draft = Draft(registry.load("x"), "news", "UTC", api_base=provider.base, settings=where)
    return draft.flow(engine.http, App(CLIENT, SECRET))


@pytest.fixture
def pasting(socialpipe: Command, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> Pasting:
    """Run `connect --paste`; the given function makes of the address what is pasted."""

    def run(answer: Callable[[str], str]) -> Result:
        shown: list[str] = []
        show = channel_connect._show

        def see(url: str, way: channel_connect._Way) -> None:
            shown.append(url)
            show(url, way)

        monkeypatch.setattr(channel_connect, "_show", see)
        monkeypatch.setattr(channel_connect, "paste", lambda _: answer(shown[0]))
        return socialpipe(*arguments, "--paste")

    return run


# ── the whole way ──────────────────────────────────────────────────────────────────────────────


def test_a_browser_and_loopback(
    socialpipe: Command, arguments: list[str], browser: Browser, engine: Engine, provider: Provider
) -> None:
    done = socialpipe(*arguments)
    assert done.code == 0, done.err
    assert "X knows us as poster" in done.err
    (url,) = browser.asked
    asked = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 32
    assert asked["scope"] == " ".join(SCOPES)
    (answer,) = browser.answers
    assert (answer.status_code, "close this page" in answer.text) == (200, True)
    channel = engine.store.channels.get("news")
    held = engine.store.channels.secrets(channel.id)
    assert set(held) == {"client_id", "client_secret", "token", "refresh_token"}
    assert provider.works(held["token"])
    stands = engine.store.credentials.get(channel.id)
    assert stands is not None
    assert stands.scopes == SCOPES
    assert stands.renew_at
    assert stands.expires_at
    left = stands.expires_at - engine.store.now()
    assert timedelta(minutes=110) < left <= timedelta(hours=2)
    assert stands.renew_at - stands.issued_at == timedelta(hours=2) * 0.8
    for secret in held.values():
        assert secret == CLIENT or secret not in done.err + done.out


def test_the_test_says_what_works(
    socialpipe: Command, engine: Engine, channel: Channel, provider: Provider
) -> None:
    told = socialpipe("channel", "test", "news")
    assert told.code == 0
    assert "all that publishing needs are granted" in told.out
    assert "renews itself" in told.out
    found = socialpipe("channel", "test", "news", "--json").json
    assert [one["check"] for one in found["findings"]] == ["scopes", "expiry"]


def test_pasting_the_address(pasting: Pasting, provider: Provider, engine: Engine) -> None:
    done = pasting(provider.sign_in)
    assert done.code == 0, done.err
    assert engine.store.channels.get("news").platform == "x"


def test_pasting_the_code_alone(pasting: Pasting, provider: Provider) -> None:
    done = pasting(lambda url: parse_qs(urlsplit(provider.sign_in(url)).query)["code"][0])
    assert done.code == 0, done.err


def test_a_person_who_refuses(pasting: Pasting, provider: Provider, engine: Engine) -> None:
    done = pasting(lambda url: provider.sign_in(url, refuse=True))
    assert done.code == 5
    assert "aborted" in done.err
    assert engine.store.channels.all() == []


def test_a_wrong_state_is_refused(pasting: Pasting, provider: Provider, engine: Engine) -> None:
    done = pasting(lambda url: re.sub("state=[^&]+", "state=forged", provider.sign_in(url)))
    assert done.code == 5
    assert "state" in done.err
    assert engine.store.channels.all() == []


def test_an_answer_without_a_state_is_refused(pasting: Pasting, provider: Provider) -> None:
    done = pasting(lambda url: re.sub("&state=[^&]+", "", provider.sign_in(url)))
    assert done.code == 5


def test_missing_scopes_are_named(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    granted = tuple(one for one in SCOPES if one != "media.write")
    folder = tmp_path_factory.mktemp("oidc")
    with oidc_provider(folder, scopes=granted) as strict, pytest.raises(AccessDenied) as denied:
        let_in(engine, strict)
    assert "did not grant media.write" in denied.value.what
    assert "User authentication settings" in denied.value.fix
    assert engine.store.channels.all() == []


# ── the strictness of the provider ─────────────────────────────────────────────────────────────


def test_a_wrong_verifier_is_refused(flow: Flow, provider: Provider) -> None:
    asked = flow.ask(REDIRECT)
    answer = provider.sign_in(asked.url)
    wrong = Asked(asked.url, asked.redirect_uri, asked.state, "w" * 64)
    with pytest.raises(Unauthorized, match="takes this grant no more"):
        flow.redeem(wrong, answer)


def test_no_verifier_is_refused(flow: Flow, provider: Provider) -> None:
    asked = flow.ask(REDIRECT)
    answer = provider.sign_in(asked.url)
    with pytest.raises(Unauthorized):
        flow.redeem(Asked(asked.url, asked.redirect_uri, asked.state, ""), answer)


def test_a_code_serves_once(flow: Flow, provider: Provider) -> None:
    asked = flow.ask(REDIRECT)
    answer = provider.sign_in(asked.url)
    tokens = flow.redeem(asked, answer)
    assert provider.works(tokens.access)
    with pytest.raises(Unauthorized):
        flow.redeem(asked, answer)
    assert not provider.works(tokens.access)  # the provider has revoked the whole grant
    with pytest.raises(Unauthorized):
        flow.renew({"token": tokens.access, "refresh_token": tokens.refresh})


def test_an_unknown_app_is_told_where_to_look(
    engine: Engine, provider: Provider, flow: Flow
) -> None:
    asked = flow.ask(REDIRECT)
    other = Flow(flow.facts, App(CLIENT, "wrong"), engine.http, provider.base, {})
    with pytest.raises(Rejected, match="does not know the app") as no:
        other.redeem(asked, provider.sign_in(asked.url))
    assert "client_secret" in no.value.fix


def test_states_and_verifiers_are_new_each_time(flow: Flow) -> None:
    asked = [flow.ask(REDIRECT) for _ in range(20)]
    assert len({one.state for one in asked}) == len({one.verifier for one in asked}) == 20


# ── a channel that is there already ────────────────────────────────────────────────────────────


def test_connecting_again_replaces_the_credential(
    engine: Engine, channel: Channel, provider: Provider
) -> None:
    store = engine.store
    before = store.channels.secrets(channel.id)
    store.channels.pause(channel.id, "The network takes the token no more.")
    again = let_in(engine, provider)
    assert again.id == channel.id
    assert not again.paused
    after = store.channels.secrets(channel.id)
    assert after["token"] != before["token"]
    assert [one.text for one in store.credentials.events(channel.id)] == [
        "connected with a new credential"
    ] * 2


def test_a_pause_by_hand_outlasts_it(engine: Engine, channel: Channel, provider: Provider) -> None:
    engine.store.channels.pause(channel.id, BY_HAND)
    assert let_in(engine, provider).paused


def test_a_name_of_another_platform_is_refused(
    socialpipe: Command, arguments: list[str], engine: Engine
) -> None:
    engine.store.channels.add(
        "news", "feed", api_base=None, settings={}, secrets={}, timezone="UTC"
    )
    assert "on feed already" in socialpipe(*arguments).err


def test_disconnecting_ends_the_grant_there(
    socialpipe: Command, engine: Engine, channel: Channel, provider: Provider
) -> None:
    held = engine.store.channels.secrets(channel.id)
    done = socialpipe("channel", "disconnect", "news")
    assert (done.code, "has ended the credential" in done.err) == (0, True)
    assert not provider.works(held["token"])
    with pytest.raises(Unauthorized):  # all of the grant, not this token alone
        flow_of(registry.load("x"), engine.http, channel, app_of(held)).renew(held)
    assert engine.store.channels.secrets(channel.id) == {}
    assert engine.store.credentials.get(channel.id) is None
    found = engine.store.channels.get("news")
    assert (found.paused, found.pause_reason) == (True, "disconnected")


def test_removing_ends_the_grant_there(
    socialpipe: Command, engine: Engine, channel: Channel, provider: Provider
) -> None:
    token = engine.store.channels.secrets(channel.id)["token"]
    assert socialpipe("channel", "remove", "news").code == 0
    assert not provider.works(token)
    assert engine.store.channels.all() == []


def test_a_network_that_is_away_does_not_keep_a_channel(
    socialpipe: Command, engine: Engine, channel: Channel
) -> None:
    assert socialpipe("channel", "set", "news", "--set", "api_base=http://127.0.0.1:9").code == 0
    done = socialpipe("channel", "remove", "news")
    assert (done.code, "did not end the credential" in done.err) == (0, True)


def test_set_replaces_a_secret(
    socialpipe: Command, engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEW", "another token")
    given = ("--secret", "token=env:NEW", "--set", "min_gap=60", "--set", "authorize_url=")
    done = socialpipe("channel", "set", "news", *given)
    assert done.code == 0, done.err
    held = engine.store.channels.secrets(channel.id)
    assert (held["token"], held["client_id"]) == ("another token", CLIENT)
    assert engine.store.channels.get("news").settings == {"min_gap": "60"}
    assert socialpipe("channel", "set", "news").code == 2
    assert socialpipe("channel", "set", "news", "--set", "colour=red").code == 2


# ── the listener ───────────────────────────────────────────────────────────────────────────────


def test_the_listener_hears_one_answer_only() -> None:
    with Loopback() as listener:
        assert requests.get(listener.redirect_uri.replace("callback", "x"), timeout=5).status_code
        first = requests.get(f"{listener.redirect_uri}?code=1", timeout=5)
        second = requests.get(f"{listener.redirect_uri}?code=2", timeout=5)
        assert (first.status_code, second.status_code) == (200, 404)
        assert listener.wait(1).endswith("?code=1")
        assert urlsplit(listener.redirect_uri).hostname == "127.0.0.1"
        assert first.headers["Referrer-Policy"] == "no-referrer"


def test_the_listener_does_not_wait_for_ever() -> None:
    with Loopback() as listener, pytest.raises(TryAgain, match="--paste"):
        listener.wait(0.05)


def test_who_says_nothing_does_not_hold_the_line() -> None:
    with (
        Loopback() as listener,
        socket.create_connection(("127.0.0.1", urlsplit(listener.redirect_uri).port or 0)),
    ):
        answer = requests.get(f"{listener.redirect_uri}?code=1", timeout=30)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


def test_a_taken_port_is_told() -> None:
    with Loopback() as listener:
        port = urlsplit(listener.redirect_uri).port
        with pytest.raises(UsageError, match="is taken"):
            Loopback(port or 0)


# ── small rules ────────────────────────────────────────────────────────────────────────────────


def test_a_wide_scope_covers_narrow_ones() -> None:
    facts = OAuthFacts("/a", "/t", ("read:accounts", "write:statuses", "write:media"))
    assert facts.missing(("read", "write"), facts.scopes) == []
    assert facts.missing(("read", "write:media"), facts.scopes) == ["write:statuses"]


def test_every_fact_is_usable() -> None:
    for name in registry.names():
        facts = registry.load(name).oauth
        if facts is None:
            continue
        assert facts.authorize.startswith(("https://", "/"))
        assert facts.exchange.startswith(("https://", "/"))
        assert facts.console
        assert "token" in {field.name for field in registry.load(name).fields}
        assert facts.rotates is False or facts.refresh is None


def test_nothing_of_a_token_is_in_its_repr(engine: Engine, channel: Channel) -> None:
    held = engine.store.channels.secrets(channel.id)
    shown = repr(Tokens(held["token"], held["refresh_token"])) + repr(App(CLIENT, SECRET))
    shown += repr(connect(engine, channel).account)
    assert not any(held[key] in shown for key in ("token", "refresh_token", "client_secret"))


def test_connecting_again_to_another_server(
    socialpipe: Command, arguments: list[str], browser: Browser, engine: Engine, provider: Provider
) -> None:
    engine.store.channels.add(
        "news", "x", api_base="http://127.0.0.1:9", settings={}, secrets={}, timezone="UTC"
    )
    assert socialpipe(*arguments).code == 0
    assert engine.store.channels.get("news").api_base == provider.base


def test_a_network_that_is_away_is_tried_again(socialpipe: Command, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a token")
    given = ("--secret", f"token=@{tmp_path / 'token'}", "--set", "api_base=http://127.0.0.1:9")
    done = socialpipe("channel", "connect", "mastodon", "fedi", *given)
    assert (done.code, "is not connected" in done.err) == (75, True)


def test_a_pause_by_hand_keeps_its_reason(engine: Engine, channel: Channel) -> None:
    channels = engine.store.channels
    channels.pause(channel.id, BY_HAND)
    channels.refused(channel.id, "The network takes the token no more.", "test")
    assert channels.get("news").pause_reason == BY_HAND
    channels.resume(channel.id)
    channels.refused(channel.id, "It still takes it no more.", "test")
    assert channels.get("news").pause_reason == "It still takes it no more."


def test_commands_act_in_their_workspace_only(
    socialpipe: Command, engine: Engine, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.store.database.write() as connection:
        row = {"name": "other", "created_at": engine.store.now()}
        connection.execute(sa.insert(workspace).values(row))
    monkeypatch.setenv("SOCIALPIPE_WORKSPACE", "other")
    load.cache_clear()
    for words in (["test", "news"], ["disconnect", "news"], ["remove", "news"], ["show", "news"]):
        assert socialpipe("channel", *words).code == 2, words
    given = ("--set", "min_gap=9")
    assert socialpipe("channel", "set", "news", *given).code == 2
    assert engine.store.channels.get("news").settings.get("min_gap") is None
