"""Mastodon, on a server of others' making."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.platforms.case import part
from tests.servers.conftest import Between
from tests.servers.mastodon import TOKEN, MastodonServer
from tests.servers.stage import THREAD, composed, connect, look, only, queue, run, threaded

from socialpipe.engine import Engine
from socialpipe.engine import connect as opened
from socialpipe.model import Card, Channel, State

pytestmark = pytest.mark.timeout(900)  # the first one on a machine installs the server

POST = b"POST /api/v1/statuses"


def channel(engine: Engine, port: int, token: str = TOKEN) -> Channel:
    return connect(engine, "mastodon", f"http://127.0.0.1:{port}", {}, {"token": token})


def test_korean_post_with_card(
    engine: Engine, mastodon_server: MastodonServer, picture: Card
) -> None:
    post = composed("mastodon", picture)
    queue(engine, channel(engine, mastodon_server.port), post)
    assert run(engine).state is State.PUBLISHED
    (status,) = mastodon_server.statuses()
    assert mastodon_server.source(status["id"]) == post.parts[0].text
    assert status["language"] == "ko"
    (media,) = status["media_attachments"]
    assert media["description"] == picture.alt
    receipt = only(engine).receipt
    assert receipt is not None
    assert (receipt.id, receipt.url) == (status["id"], status["url"])


def test_thread_is_a_chain(engine: Engine, mastodon_server: MastodonServer) -> None:
    queue(engine, channel(engine, mastodon_server.port), threaded("mastodon", *THREAD))
    assert run(engine).state is State.PUBLISHED
    first, second, third = mastodon_server.statuses()
    assert [mastodon_server.source(s["id"]) for s in (first, second, third)] == list(THREAD)
    assert first["in_reply_to_id"] is None
    assert second["in_reply_to_id"] == first["id"]
    assert third["in_reply_to_id"] == second["id"]


@pytest.mark.parametrize("with_card", [False, True])
def test_lost_answer_is_found(
    engine: Engine,
    mastodon_server: MastodonServer,
    between: Between,
    picture: Card,
    with_card: bool,
) -> None:
    proxy = between(mastodon_server.port)
    post = composed("mastodon", picture)
    made = post if with_card else threaded("mastodon", post.parts[0].text)
    queue(engine, channel(engine, proxy.port), made)
    proxy.lose_answer(POST)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.PUBLISHED
    (status,) = mastodon_server.statuses()
    assert (proxy.lost, status["id"]) == (1, only(engine).receipt.id)  # type: ignore[union-attr]


def test_lost_request_is_repeated(
    engine: Engine, mastodon_server: MastodonServer, between: Between
) -> None:
    proxy = between(mastodon_server.port)
    queue(engine, channel(engine, proxy.port), threaded("mastodon", THREAD[0]))
    proxy.lose_request(POST)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    assert len(mastodon_server.statuses()) == 1


def test_repeat_with_the_same_key_creates_no_twin(
    engine: Engine, mastodon_server: MastodonServer, between: Between
) -> None:
    """The look fails too, so the engine must rely on the key."""
    proxy = between(mastodon_server.port)
    queue(engine, channel(engine, proxy.port), threaded("mastodon", THREAD[0]))
    proxy.lose_answer(POST)
    assert run(engine).state is State.UNCERTAIN
    engine.store.deliveries.confirm_absent(only(engine).id)  # a person who is wrong
    assert run(engine).state is State.PUBLISHED
    assert len(mastodon_server.statuses()) == 1


def test_thread_goes_on_after_a_lost_answer(
    engine: Engine, mastodon_server: MastodonServer, between: Between
) -> None:
    proxy = between(mastodon_server.port)
    queue(engine, channel(engine, proxy.port), threaded("mastodon", *THREAD))
    proxy.lose_answer(json.dumps(THREAD[1][:2]).strip('"').encode())
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    first, second, third = mastodon_server.statuses()
    assert (second["in_reply_to_id"], third["in_reply_to_id"]) == (first["id"], second["id"])


def test_delete(engine: Engine, mastodon_server: MastodonServer) -> None:
    mastodon = opened(engine, channel(engine, mastodon_server.port))
    kept, gone = mastodon.publish(part()), mastodon.publish(part(text="둘째", key="another"))
    for _ in range(2):  # gone already is success
        mastodon.delete(gone)
    assert [status["id"] for status in mastodon_server.statuses()] == [kept.id]


def test_dead_token_pauses_the_channel(engine: Engine, mastodon_server: MastodonServer) -> None:
    made = channel(engine, mastodon_server.port, token="revoked-token")
    queue(engine, made, threaded("mastodon", THREAD[0]))
    assert run(engine).state is State.SCHEDULED
    assert engine.store.channels.get(made.name).paused
    assert mastodon_server.statuses() == []


def test_too_long_is_rejected(engine: Engine, mastodon_server: MastodonServer) -> None:
    queue(engine, channel(engine, mastodon_server.port), threaded("mastodon", "가" * 501))
    found = run(engine)
    assert found.state is State.FAILED
    assert "does not fit" in (found.reason or "")  # nothing was sent
    assert mastodon_server.statuses() == []


def test_longest_is_taken(engine: Engine, mastodon_server: MastodonServer) -> None:
    queue(engine, channel(engine, mastodon_server.port), threaded("mastodon", "가" * 500))
    assert run(engine).state is State.PUBLISHED


def test_throttle_moves_the_time(engine: Engine, mastodon_server: MastodonServer) -> None:
    queue(engine, channel(engine, mastodon_server.port), threaded("mastodon", THREAD[0]))
    mastodon_server.fault("ratelimit")
    before = engine.store.now()
    found = run(engine)
    assert (found.state, found.attempt) == (State.SCHEDULED, 0)
    assert timedelta(seconds=295) < found.due_at - before < timedelta(seconds=400)
    assert run(engine, ahead=timedelta(minutes=10)).state is State.PUBLISHED
    assert len(mastodon_server.statuses()) == 1


@pytest.mark.parametrize(("effect", "more"), [("malformed", {}), ("status", {"status": 502})])
def test_answer_that_says_nothing_is_looked_into(
    engine: Engine, mastodon_server: MastodonServer, effect: str, more: dict[str, Any]
) -> None:
    queue(engine, channel(engine, mastodon_server.port), threaded("mastodon", THREAD[0]))
    mastodon_server.fault(effect, **more)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    assert len(mastodon_server.statuses()) == 1


def test_failed_upload_is_repeated(
    engine: Engine, mastodon_server: MastodonServer, picture: Card
) -> None:
    queue(engine, channel(engine, mastodon_server.port), composed("mastodon", picture))
    mastodon_server.fault("status", path="/api/v2/media", status=502)
    assert run(engine).state is State.SCHEDULED
    assert run(engine, ahead=timedelta(minutes=10)).state is State.PUBLISHED
    (status,) = mastodon_server.statuses()
    assert len(status["media_attachments"]) == 1


def test_instance_tells_its_limits(engine: Engine, mastodon_server: MastodonServer) -> None:
    mastodon = opened(engine, channel(engine, mastodon_server.port))
    own = mastodon.own_limits()
    assert (own.text, own.link, own.images) == (500, 23, 4)
    assert own.image_bytes == 10_485_760  # other than the usual one
    assert own.alt == mastodon.limits.alt  # of which it says nothing
