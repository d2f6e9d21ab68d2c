"""Networks that fetch images: Threads as the simulator plays it, and refusals in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.cli.conftest import Command
from tests.conftest import Environment
from tests.engine.stage import schedule_many
from tests.media.conftest import engine_of

from socialpipe.engine import Engine, connect
from socialpipe.errors import Refused, Rejected, UsageError
from socialpipe.hosting import gap, selftest
from socialpipe.hosting.signed import Signed
from socialpipe.model import Card, Channel, Part, Post, PostKind, State
from socialpipe.pipeline import deliver
from socialpipe.platforms import registry
from socialpipe.platforms.answer import Answer
from socialpipe.platforms.base import Platform
from socialpipe.preflight import admit
from socialpipe.settings import load
from socialpipe.simulator import Simulator

Add = Callable[..., Channel]


def channel_of(engine: Engine, platform: str, api_base: str, **settings: str) -> Channel:
    return engine.store.channels.add(
        platform,
        platform,
        api_base=api_base,
        settings=settings,
        secrets={"token": "a token"},
        timezone="UTC",
    )


def test_threads_fetches_what_it_publishes(
    engine: Engine, simulator: Simulator, picture: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, counted = Signed.url, []

    def spied(self: Signed, card: Card, since: datetime, *, lasting: bool) -> str:
        counted.append(since)
        return url(self, card, since, lasting=lasting)

    monkeypatch.setattr(Signed, "url", spied)
    channel = channel_of(engine, "threads", simulator.base("threads"))
    limits = registry.load("threads").limits
    part = Part("A card.", 7, limits.text, limits.unit)
    post = Post("threads", PostKind.SINGLE, (part,), cards=(picture,))
    schedule_many(engine.store, [(channel, post)])
    for row in engine.store.claims.claim(timedelta(0), "test"):
        deliver(engine, row.id, row.fence)
    (found,) = engine.store.deliveries.find()
    assert found.state is State.PUBLISHED, found.reason
    assert counted == [found.frozen_at]  # so that every try names the same address


def test_tries_of_one_delivery_name_the_same_address(engine: Engine, picture: Card) -> None:
    channel = channel_of(engine, "threads", "http://127.0.0.1:9")
    frozen = engine.store.now() - timedelta(hours=1)
    tries = {connect(engine, channel, frozen).public_url(picture) for _ in range(3)}
    assert len(tries) == 1
    assert connect(engine, channel).public_url(picture) not in tries


def test_who_copies_gets_an_address_that_ends(engine: Engine, picture: Card) -> None:
    for name, ends in (("threads", True), ("instagram", True), ("line", False), ("forem", False)):
        channel = channel_of(engine, name, "http://127.0.0.1:9")
        url = connect(engine, channel).public_url(picture)
        assert ("/media/0/" not in url) == ends, name


# ── refused in time ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def article(tmp_path: Path) -> str:
    file = tmp_path / "article.md"
    file.write_text("# Bread is back\n\nThe bakery opens on Monday, with 12 kinds of bread.\n")
    return str(file)


def test_queueing_is_refused_without_an_address(
    socialpipe: Command, article: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "a token")
    given = ("--secret", "token=env:TOKEN", "--set", "api_base=http://127.0.0.1:9")
    assert socialpipe("channel", "add", "instagram", "pictures", *given).code == 0
    refused = socialpipe("queue", "add", article, "--channel", "pictures", "--now")
    assert refused.code == 4
    assert "Channel pictures: Instagram fetches images from a public address" in refused.err
    assert "SOCIALPIPE_PUBLIC_MEDIA_BASE_URL" in refused.err
    assert socialpipe("queue", "list", "--json").lines == []
    monkeypatch.setenv("SOCIALPIPE_PUBLIC_MEDIA_BASE_URL", "https://social.example")
    load.cache_clear()
    assert socialpipe("queue", "add", article, "--channel", "pictures", "--now").code == 0


def test_a_channel_that_shows_no_images_needs_none(environment: Environment) -> None:
    engine = engine_of(environment())
    wordy = channel_of(engine, "line", "http://127.0.0.1:9", max_images="0")
    admit(engine, [wordy])
    with pytest.raises(Refused):
        admit(engine, [wordy, channel_of(engine, "nostr", "")])
    engine.store.close()


def test_our_own_web_role_has_lasting_addresses(environment: Environment) -> None:
    settings = environment(public_media_base_url="https://social.example")
    assert gap(settings, lasting=True) is None


def test_a_channel_is_tested_with_its_images(
    engine: Engine, simulator: Simulator, socialpipe: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel_of(engine, "threads", simulator.base("threads"))
    told = socialpipe("channel", "test", "threads")
    assert (told.code, "ok   images: our own image can be fetched" in told.out) == (0, True)
    monkeypatch.delenv("SOCIALPIPE_PUBLIC_MEDIA_BASE_URL")
    load.cache_clear()
    told = socialpipe("channel", "test", "threads")
    assert (told.code, "SOCIALPIPE_PUBLIC_MEDIA_BASE_URL" in told.out) == (1, True)


# ── the self-test ──────────────────────────────────────────────────────────────────────────────


def test_our_own_image_can_be_fetched(engine: Engine) -> None:
    assert selftest.problem(engine.settings, engine.store, engine.http) is None


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest) -> Iterator[int]:
    """A server that answers everything in its own way; returns its port."""
    status, kind, body = request.param

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Be silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()

    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("elsewhere", "said"),
    [
        ((200, "text/html", b"<p>Please sign in"), "something else than our image"),
        ((401, "text/plain", b"no"), "cannot be fetched"),
        ((302, "text/plain", b""), "redirects"),
        ((200, "text/plain", selftest.sample().data), "says that our PNG is text/plain"),
    ],
    indirect=["elsewhere"],
)
def test_what_is_in_the_way_is_told(environment: Environment, elsewhere: int, said: str) -> None:
    engine = engine_of(environment(public_media_base_url=f"http://127.0.0.1:{elsewhere}"))
    problem = selftest.problem(engine.settings, engine.store, engine.http)
    assert problem is not None
    assert said in problem
    engine.store.close()


def test_a_wrong_part_is_told(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    get = engine.http.get

    def broken(url: str, **content: Any) -> Answer:
        answer = get(url, **content)
        return replace(answer, content=b"else") if "headers" in content else answer

    monkeypatch.setattr(engine.http, "get", broken)
    problem = selftest.problem(engine.settings, engine.store, engine.http)
    assert problem is not None
    assert "part of our image" in problem


def test_without_an_address_nothing_is_fetched(environment: Environment) -> None:
    engine = engine_of(environment())
    problem = selftest.problem(engine.settings, engine.store, engine.http)
    assert problem == "There is no public address for images."
    line = connect(engine, channel_of(engine, "line", "http://127.0.0.1:9"))
    with pytest.raises(Rejected, match="and there is none"):
        line.public_url(selftest.sample())
    engine.store.close()


def test_doctor_looks_too(socialpipe: Command, environment: Environment) -> None:
    assert "images: no public address" in socialpipe("doctor").out
    environment(public_media_base_url="http://127.0.0.1:9")
    assert "images: Our own image cannot be fetched" in socialpipe("doctor").out


def test_every_platform_that_copies_fetches() -> None:
    kinds: list[type[Platform]] = [registry.load(name) for name in registry.names()]
    copying = {kind.name for kind in kinds if kind.copies_images}
    assert copying == {"facebook", "instagram", "threads"}


@pytest.mark.parametrize("given", ["social.example", "ftp://social.example", "https://a b"])
def test_an_address_that_is_none_is_refused(environment: Environment, given: str) -> None:
    with pytest.raises(UsageError, match="PUBLIC_MEDIA_BASE_URL"):
        environment(public_media_base_url=given)


def test_an_empty_address_counts_as_none(environment: Environment) -> None:
    assert environment(public_media_base_url="").public_media_base_url is None
