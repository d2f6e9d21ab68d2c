"""What comes back from a network or a person: read with care, and never shown to anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.cli.conftest import Command
from tests.connect.conftest import REDIRECT, Browser
from tests.connect.test_dialects import APP, Network, flow_of, http, network, redeem

from socialpipe.connecting import Draft
from socialpipe.engine import Engine
from socialpipe.errors import AccessDenied, NotFound, PlatformError, Unauthorized, Unknown
from socialpipe.platforms import registry
from socialpipe.platforms.http import Http
from socialpipe.platforms.oauth.model import App, OAuth1Facts, Tokens
from socialpipe.platforms.oauth.oauth1 import Flow1

__all__ = ["http", "network"]  # fixtures


# ── from a person ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "form", ["code=c&state={}", "?code=c&state={}", REDIRECT + "?code=c&state={}"]
)
def test_a_state_is_looked_at_in_every_form_of_an_answer(
    network: Network, http: Http, form: str
) -> None:
    flow = flow_of(network, http, "x")
    asked = flow.ask(REDIRECT)
    with pytest.raises(AccessDenied, match="state is another one"):
        flow.redeem(asked, form.format("forged"))
    network.answers = [(200, {"access_token": "a"})]
    assert flow.redeem(asked, form.format(asked.state)).access == "a"
    assert network.form(0)["code"] == "c"


def test_what_meta_hangs_on_an_address_is_left_away(network: Network, http: Http) -> None:
    flow = flow_of(network, http, "facebook")
    asked = flow.ask(REDIRECT)
    network.answers = [(200, {"access_token": "short"}), (200, {"access_token": "long"})]
    assert flow.redeem(asked, f"{REDIRECT}?code=c&state={asked.state}#_=_").access == "long"


def test_networks_without_pkce_are_asked_without(network: Network, http: Http) -> None:
    asked = flow_of(network, http, "linkedin").ask(REDIRECT)
    assert ("code_challenge" in asked.url, asked.verifier) == (False, "")


def test_nothing_of_a_question_is_in_its_repr(network: Network, http: Http) -> None:
    asked = flow_of(network, http, "x").ask(REDIRECT)
    shown = repr(asked).replace(asked.url, "")
    assert asked.state not in shown
    assert asked.verifier not in shown


# ── from a network ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("told", "lifetime"),
    [
        ({}, 2520),
        ({"expires_in": None}, 2520),
        ({"expires_in": -1}, 2520),
        ({"expires_in": 0}, 2520),
        ({"expires_in": 10**12}, 2520),
        ({"expires_in": "60"}, 60),
    ],
)
def test_a_lifetime_that_is_none_is_the_network_s_usual_one(
    network: Network, http: Http, told: dict[str, Any], lifetime: int
) -> None:
    network.answers = [(200, {"access_token": "a", **told})]
    assert redeem(flow_of(network, http, "tumblr")).lifetime == timedelta(seconds=lifetime)


def test_an_end_that_is_no_number_is_none(network: Network, http: Http) -> None:
    told = {"access_token": "a", "refresh_token": "r", "refresh_token_expires_in": "never"}
    network.answers = [(200, told)]
    assert redeem(flow_of(network, http, "pinterest")).refresh_lifetime is None


def test_scopes_of_the_first_token_count_for_the_longer_one(network: Network, http: Http) -> None:
    first = {"access_token": "short", "scope": "threads_basic threads_content_publish"}
    network.answers = [(200, first), (200, {"access_token": "long"})]
    scopes = redeem(flow_of(network, http, "threads")).scopes
    assert scopes == ("threads_basic", "threads_content_publish")


def test_a_longer_token_that_was_lost_is_not_taken_for_unsent(network: Network, http: Http) -> None:
    network.answers = [(500, {})]
    with pytest.raises(Unknown):
        flow_of(network, http, "threads").renew({"token": "a"})


@pytest.mark.parametrize(
    ("platform", "held"),
    [
        ("x", {"token": "a", "refresh_token": "a long secret"}),
        ("threads", {"token": "a long secret"}),
    ],
)
def test_what_a_network_echoes_is_blotted(
    network: Network, http: Http, platform: str, held: dict[str, str]
) -> None:
    said = "no such thing as a long secret"
    error = {"error": "invalid_grant", "error_description": said}
    network.answers = [(400, error)]
    with pytest.raises(Unauthorized, match="no such thing") as told:
        flow_of(network, http, platform).renew(held)
    assert "a long secret" not in told.value.what


def test_a_network_that_cannot_end_a_grant_is_not_asked_to(network: Network, http: Http) -> None:
    draft = Draft(registry.load("tumblr"), "blog", "UTC", api_base=network.base)
    assert draft.flow(http, APP).revoke({"token": "a"}) is False
    assert network.asked == []


# ── OAuth 1.0a ─────────────────────────────────────────────────────────────────────────────────


def flow1(network: Network, http: Http) -> Flow1:
    flow = Flow1(OAuth1Facts("/request", "/authorize", "/access"), APP, http, network.base)
    network.answers = [(200, "oauth_token=ask&oauth_token_secret=a+long+secret")]
    flow.ask()
    return flow


def test_a_refusal_is_not_sent_to_the_network(network: Network, http: Http) -> None:
    flow = flow1(network, http)
    with pytest.raises(AccessDenied, match="did not let us in"):
        flow.redeem(f"{REDIRECT}?denied=ask")
    assert len(network.asked) == 1


def test_half_an_answer_is_unclear(network: Network, http: Http) -> None:
    flow = flow1(network, http)
    network.answers = [(200, "oauth_token=only")]
    with pytest.raises(PlatformError, match="something else than its API promises"):
        flow.redeem("1234567")


def test_an_echo_of_older_oauth_is_blotted(network: Network, http: Http) -> None:
    flow = flow1(network, http)
    network.answers = [(400, {"title": "bad: a long secret"})]
    with pytest.raises(PlatformError) as told:
        flow.redeem("1234567")
    assert "a long secret" not in str(told.value)


# ── what becomes of it ─────────────────────────────────────────────────────────────────────────


def test_what_is_empty_is_not_taken() -> None:
    draft = Draft(registry.load("x"), "news", "UTC")
    draft.take(App("public"), Tokens("a"))
    assert draft.secrets == {"client_id": "public", "token": "a"}


def test_a_platform_without_oauth_says_what_it_wants(http: Http) -> None:
    with pytest.raises(NotFound, match="no OAuth") as told:
        Draft(registry.load("telegram"), "room", "UTC").flow(http, APP)
    assert "--token" in told.value.fix


def test_what_a_person_answered_stays(network: Network, http: Http) -> None:
    draft = Draft(registry.load("linkedin"), "li", "UTC", api_base=network.base)
    draft.secrets["token"] = "a"
    draft.settings["author"] = "urn:li:organization:7"
    draft.adopt(http)  # pasted, and nothing is missing: nobody is asked
    assert network.asked == []
    draft.tokens = Tokens("a")
    network.answers = [(200, {"sub": "1", "name": "Person"})]
    draft.adopt(http)
    assert draft.settings["author"] == "urn:li:organization:7"


def test_missing_rights_are_named_at_connect(network: Network, http: Http) -> None:
    settings, secrets = {"username": "poster"}, {"password": "p"}
    kind = registry.load("wordpress")
    draft = Draft(kind, "blog", "UTC", network.base, settings, secrets)
    rights = {"publish_posts": False, "upload_files": True}
    network.answers = [(200, {"id": 1, "name": "poster", "capabilities": rights})] * 2
    with pytest.raises(AccessDenied, match="lacks the right to publish posts") as told:
        draft.try_out(http)
    assert "role Author" in told.value.fix


def test_a_refused_credential_says_where_a_good_one_is_made(network: Network, http: Http) -> None:
    draft = Draft(registry.load("linkedin"), "li", "UTC", api_base=network.base)
    draft.secrets["token"] = "a"
    network.answers = [(401, {"message": "Invalid access token", "status": 401})]
    with pytest.raises(AccessDenied, match="does not take the credential") as told:
        draft.try_out(http)
    assert "LinkedIn" in told.value.fix


def test_a_session_from_the_log_in_is_kept(engine: Engine) -> None:
    draft = Draft(registry.load("bluesky"), "sky", "UTC", secrets={"password": "p"})
    draft.session.save({"accessJwt": "a"})
    found = draft.keep(engine, "test")
    assert engine.store.channels.session(found.id).load() == {"accessJwt": "a"}
    draft.session = type(draft.session)()
    assert engine.store.channels.session(draft.keep(engine, "test").id).load() is None


def test_disconnecting_twice_does_no_harm(socialpipe: Command, engine: Engine) -> None:
    engine.store.channels.add(
        "news", "x", api_base="http://127.0.0.1:9", settings={}, secrets={}, timezone="UTC"
    )
    done = socialpipe("channel", "disconnect", "news")
    assert (done.code, "warning" in done.err) == (0, False)


# ── at the command line ────────────────────────────────────────────────────────────────────────


def test_nobody_at_the_keyboard_is_asked(socialpipe: Command) -> None:
    done = socialpipe("channel", "connect", "telegram", "room")
    assert (done.code, "Add --secret token=@FILE" in done.err) == (2, True)
    nothing = socialpipe(
        *("channel", "connect", "x", "news", "--paste", "--set", "client_id=a"), stdin=b"\n"
    )
    assert (nothing.code, "Nothing was pasted" in nothing.err) == (2, True)


def test_a_server_without_an_address_is_asked_for(socialpipe: Command) -> None:
    done = socialpipe("channel", "connect", "mastodon", "fedi")
    assert (done.code, "needs the address of its server" in done.err) == (2, True)


def test_who_pastes_has_no_browser_here(
    socialpipe: Command, arguments: list[str], browser: Browser
) -> None:
    assert socialpipe(*arguments, "--paste", stdin=b"a-code\n").code == 5
    assert browser.asked == []
