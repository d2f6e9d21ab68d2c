"""`socialpipe hook` and what `delivery` and `queue` say of warnings."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Command, socialpipe
from tests.engine.stage import schedule
from tests.hooks.conftest import SECRET, Receiver, is_signed
from tests.platforms.network import Reply

from socialpipe.model import State
from socialpipe.settings import load
from socialpipe.store import Store

__all__ = ["socialpipe"]  # a fixture


@pytest.fixture
def opened(socialpipe: Command) -> Iterator[Store]:
    """The store that the commands see."""
    store = Store(load())
    yield store
    store.close()


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n", encoding="ascii")
    return f"secret=@{path}"


@pytest.fixture
def news(socialpipe: Command, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TOKEN", "very-secret-token")
    monkeypatch.setenv("SOCIALPIPE_MAX_PER_DAY", "1")
    load.cache_clear()
    where = ("--set", "api_base=http://127.0.0.1:9")
    token = ("--secret", "token=env:TOKEN")
    assert socialpipe("channel", "add", "mastodon", "news", *token, *where).code == 0
    return "news"


def test_life_of_a_hook(socialpipe: Command, receiver: Receiver, secret: str) -> None:
    added = socialpipe(
        "hook", "add", receiver.url, "--event", "failed", "--event", "missed", "--secret", secret
    )
    assert (added.code, added.out) == (0, ""), added.err
    (listed,) = socialpipe("hook", "list", "--json").lines
    assert (listed["hook"], listed["url"], listed["status"]) == (1, receiver.url, "on")
    assert listed["events"] == ["failed", "missed"]
    shown = socialpipe("hook", "show", "1")
    assert "failed, missed" in shown.out
    for command in (("list",), ("show", "1"), ("show", "1", "--json")):
        assert SECRET not in socialpipe("hook", *command).out
    assert "204" in socialpipe("hook", "test", "1").out
    (request,) = receiver.network.requests
    assert is_signed(request)
    assert request.json["type"] == "delivery.test"
    receiver.answers(Reply(500))
    failed = socialpipe("hook", "test", "1")
    assert failed.code == 75
    assert "answered 500" in failed.err
    assert socialpipe("hook", "remove", "1").code == 0
    assert socialpipe("hook", "list", "--json").lines == []
    for verb in ("show", "test", "remove", "enable", "replay", "deliveries"):
        assert socialpipe("hook", verb, "1").code == 2


def test_without_a_secret_one_is_made_and_shown_once(
    socialpipe: Command, receiver: Receiver
) -> None:
    made = socialpipe("hook", "add", receiver.url)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/=]+", made.out.strip())
    assert len(base64.b64decode(made.out.strip().removeprefix("whsec_"))) == 32
    (listed,) = socialpipe("hook", "list", "--json").lines
    assert {"published", "failed", "uncertain", "missed", "late", "held"} <= set(listed["events"])
    told = socialpipe("hook", "add", receiver.url, "--json").json
    assert told["secret"].startswith("whsec_")
    assert told["secret"] != made.out.strip()


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "https://", "nowhere", "https://me:pass@example.com/", "http://[",
     "https://example.com/a b", "https://example.com/" + "x" * 3000],
)  # fmt: skip
def test_what_is_no_address(socialpipe: Command, url: str) -> None:
    refused = socialpipe("hook", "add", url)
    assert refused.code == 2
    assert "pass@" not in refused.err
    assert socialpipe("hook", "list", "--json").lines == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://localhost:80/", "http://[::1]/", "http://10.1.2.3/x"]
)
def test_private_addresses_need_leave(
    socialpipe: Command, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCIALPIPE_ALLOW_PRIVATE_HOSTS", "false")
    load.cache_clear()
    refused = socialpipe("hook", "add", url)
    assert refused.code == 2
    assert "SOCIALPIPE_ALLOW_PRIVATE_HOSTS" in refused.err


def test_secrets_that_are_none(socialpipe: Command, tmp_path: Path) -> None:
    path = tmp_path / "bad"
    path.write_text("no secret at all", encoding="ascii")
    short = tmp_path / "short"
    short.write_text("whsec_AAAA", encoding="ascii")
    files = (f"secret=@{path}", f"secret=@{short}", f"token=@{path}")
    for given in (*files, SECRET, f"secret={SECRET}"):
        refused = socialpipe("hook", "add", "https://example.com/", "--secret", given)
        assert refused.code == 2
        assert SECRET not in refused.err


def test_messages_are_listed_and_replayed(
    socialpipe: Command, opened: Store, receiver: Receiver, secret: str, news: str
) -> None:
    socialpipe("hook", "add", receiver.url, "--secret", secret)
    assert socialpipe("hook", "deliveries", "--json").lines == []
    key = schedule(opened, opened.channels.get(news), "Hello.")
    opened.deliveries.cancel(key)
    (told,) = socialpipe("hook", "deliveries", "1", "--json").lines
    assert (told["event"], told["state"], told["delivery"]) == ("cancelled", "waiting", key)
    assert told["body"]["data"]["title"] == "A title"
    assert "cancelled" in socialpipe("hook", "deliveries").out
    assert socialpipe("hook", "replay", str(told["message"])).code == 0
    opened.hooks.disable(1, "it asked for no more")
    assert socialpipe("hook", "replay", str(told["message"])).code == 4
    assert "disabled: it asked for no more" in socialpipe("hook", "list").out
    assert socialpipe("hook", "enable", "1").code == 0
    assert socialpipe("hook", "show", "1", "--json").json["status"] == "on"


def test_warnings_are_shown(socialpipe: Command, opened: Store, news: str) -> None:
    channel = opened.channels.get(news)
    key = str(schedule(opened, channel, "Hello."))
    (case,) = opened.checks.due(1)
    opened.checks.keep([(case, ("The token ends soon. Renew it.",))])
    assert "The token ends soon" in socialpipe("delivery", "list").out
    assert socialpipe("delivery", "list", "--json").lines[0]["warnings"] == [
        "The token ends soon. Renew it."
    ]
    for command in ("show", "explain"):
        assert "The token ends soon. Renew it." in socialpipe("delivery", command, key).out
        told = socialpipe("delivery", command, key, "--json").json
        assert told["warnings"] == ["The token ends soon. Renew it."]


def test_explain_tells_the_last_answer_and_the_freeze(
    socialpipe: Command, opened: Store, news: str
) -> None:
    key = schedule(opened, opened.channels.get(news), "Hello.")
    (row,) = opened.claims.claim(timedelta(0), "test")
    job = opened.jobs.begin(row.id, row.fence, "test")
    assert job is not None
    assert opened.jobs.close(job, State.SCHEDULED, "It answered 503.", outcome="NotSent")
    told = socialpipe("delivery", "explain", str(key), "--json").json
    assert (told["answer"]["outcome"], told["answer"]["detail"]) == ("NotSent", "It answered 503.")
    assert "It answered 503." in socialpipe("delivery", "explain", str(key)).out
    assert "socialpipe up" in told["next_step"]
    socialpipe("freeze", "--reason", "a crisis")
    told = socialpipe("delivery", "explain", str(key), "--json").json
    assert "a crisis" in told["cause"]
    assert "socialpipe unfreeze" in told["next_step"]
    assert told["who"] == "you"


def test_doctor_names_disabled_hooks(
    socialpipe: Command, opened: Store, receiver: Receiver, secret: str
) -> None:
    socialpipe("hook", "add", receiver.url, "--secret", secret)
    assert "hooks: 1 registered" in socialpipe("doctor").out
    opened.hooks.disable(1, "it answered 410")
    told = socialpipe("doctor")
    assert told.code == 1
    assert f"hook 1 to {receiver.url} is disabled: it answered 410" in told.out
    assert "socialpipe hook enable 1" in told.out


def test_explain_tells_pauses_and_quiet_hours(
    socialpipe: Command, opened: Store, news: str
) -> None:
    channel = opened.channels.get(news)
    opened.channels.configure(channel, {**channel.settings, "quiet": "22:00-07:00"}, "Asia/Seoul")
    night = (opened.now() + timedelta(days=2)).replace(hour=18, minute=0)  # 03:00 in Seoul
    key = str(schedule(opened, channel, "Hello.", at=night))
    told = socialpipe("delivery", "explain", key, "--json").json
    assert "quiet hours" in told["cause"]
    assert told["when"][11:16] == "22:00"
    opened.channels.pause(channel.id, "The token was revoked.")
    told = socialpipe("delivery", "explain", key, "--json").json
    assert "The token was revoked." in told["cause"]
    assert told["who"] == "you"


def test_queueing_says_what_is_in_the_way(
    socialpipe: Command, opened: Store, news: str, tmp_path: Path
) -> None:
    article = tmp_path / "article.txt"
    article.write_text("Bread is back\n\nThe bakery sold 400 loaves on Monday.\n", encoding="utf-8")
    add = ("queue", "add", str(article), "--channel", news)
    first = socialpipe(*add, "--at", "2031-05-06T09:00:00+00:00", "--json")
    assert "warning" not in first.err
    second = socialpipe(*add, "--at", "2031-05-06T10:00:00+00:00", "--json")
    assert second.code == 0
    assert "exceeds the limit of 1 posts a day on Tuesday, 2031-05-06" in second.err
    (told,) = json.loads(second.out)["warnings"]
    assert told in second.err
    trial = socialpipe(*add, "--at", "2031-05-06T11:00:00+00:00", "--dry-run")
    assert "3 are due" in trial.err
    assert len(opened.deliveries.find()) == 2  # said before anything is queued
    socialpipe("channel", "pause", news)
    third = socialpipe(*add, "--at", "2031-05-07T10:00:00+00:00")
    assert "warning: Channel news is paused" in third.err


def test_states_are_chosen_by_their_names(socialpipe: Command, opened: Store, news: str) -> None:
    schedule(opened, opened.channels.get(news), "Hello.")
    assert len(socialpipe("delivery", "list", "--state", "scheduled", "--json").lines) == 1
    assert socialpipe("delivery", "list", "--state", "failed", "--json").code == 0
