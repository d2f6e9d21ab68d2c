"""What a person does about channels of other kinds, limits of a server, and posts that are out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.cli.conftest import Command
from tests.engine.stage import schedule
from tests.engine.test_deliver import run

from socialpipe.engine import Engine
from socialpipe.settings import load
from socialpipe.simulator import Simulator
from socialpipe.simulator.networks import mastodon
from socialpipe.store import Store


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.setenv("SOCIALPIPE_ALLOW_PRIVATE_HOSTS", "true")
    monkeypatch.setenv("TOKEN", "alice")
    load.cache_clear()
    with Simulator() as running:
        yield running


@pytest.fixture
def channel(socialpipe: Command, simulator: Simulator) -> str:
    base = f"api_base={simulator.base('mastodon')}"
    token = ("--secret", "token=env:TOKEN")
    assert socialpipe("channel", "add", "mastodon", "news", "--set", base, *token).code == 0
    return "news"


def publish(*texts: str) -> int:
    """Publish as the workers do; return the delivery."""
    store = Store(load())
    delivery = schedule(store, store.channels.get("news"), *texts)
    run(Engine.open(load(), "test"))
    store.close()
    return delivery


@pytest.mark.parametrize(
    ("platform", "given", "good", "bad"),
    [
        ("nostr", ("--secret", "secret_key=env:TOKEN"), "wss://relay.example", "https://a.example"),
        ("email", ("--set", "sender=a@b.example", "--set", "to=c@d.example"),
         "smtps://mail.example", "https://mail.example"),
    ],
)  # fmt: skip
def test_relays_and_mail_servers_have_addresses_of_their_own(
    socialpipe: Command,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    given: tuple[str, ...],
    good: str,
    bad: str,
) -> None:
    monkeypatch.setenv("TOKEN", "11" * 32)
    add = ("channel", "add", platform, "news", *given, "--set")
    refused = socialpipe(*add, f"api_base={bad}")
    assert (refused.code, good.partition(":")[0] in refused.err) == (2, True)
    added = socialpipe(*add, f"api_base={good}")
    assert added.code == 0, added.err


def test_a_server_tells_its_limits_when_it_is_tested(
    socialpipe: Command, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {**mastodon.STATUSES, "max_characters": 3000}
    monkeypatch.setattr(mastodon, "STATUSES", told)
    tested = socialpipe("channel", "test", channel)
    assert "text 3,000" in tested.out, tested.err
    assert socialpipe("channel", "show", channel, "--json").json["limits"] == {"text": 3000}


@pytest.mark.usefixtures("channel")
class TestDelete:
    def test_a_published_post_is_taken_down(
        self, socialpipe: Command, simulator: Simulator
    ) -> None:
        delivery = str(publish("One.", "Two."))
        assert socialpipe("delivery", "delete", delivery).code == 0
        assert all(post.deleted for post in simulator.posts())
        assert socialpipe("delivery", "delete", delivery).code == 0
        shown = socialpipe("delivery", "show", delivery, "--json").json
        assert (shown["state"], bool(shown["deleted_at"])) == ("published", True)
        assert "taken down" in socialpipe("delivery", "explain", delivery).out

    def test_a_network_that_is_busy_is_asked_later(
        self, socialpipe: Command, simulator: Simulator
    ) -> None:
        delivery = str(publish("One."))
        simulator.stop()
        asked = socialpipe("delivery", "delete", delivery)
        assert (asked.code, "still there" in asked.err) == (75, True)

    def test_a_dead_credential_is_access_denied(
        self, socialpipe: Command, simulator: Simulator
    ) -> None:
        delivery = str(publish("One."))
        simulator.network("mastodon").revoke("alice")
        assert socialpipe("delivery", "delete", delivery).code == 5

    def test_what_never_went_out_is_refused(self, socialpipe: Command) -> None:
        assert socialpipe("delivery", "delete", "7").code == 2
