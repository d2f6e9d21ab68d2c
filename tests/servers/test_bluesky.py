"""Bluesky, on its own server."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from tests.platforms.case import part
from tests.servers.bluesky import PASSWORD, BlueskyAccount
from tests.servers.conftest import Between
from tests.servers.stage import LINK, THREAD, composed, connect, look, only, queue, run, threaded

from socialpipe.engine import Engine
from socialpipe.engine import connect as opened
from socialpipe.errors import Rejected
from socialpipe.model import Card, Channel, State

pytestmark = pytest.mark.timeout(1500)  # the first one on a machine compiles the server

PUT = b"POST /xrpc/com.atproto.repo.putRecord"


def channel(
    engine: Engine, account: BlueskyAccount, port: int = 0, password: str = PASSWORD
) -> Channel:
    base = f"http://127.0.0.1:{port or account.port}"
    settings, secrets = {"identifier": account.handle}, {"password": password}
    return connect(engine, "bluesky", base, settings, secrets)


def marked(record: Any) -> list[str]:
    """The stretches of a text that its facets mark."""
    data = record["text"].encode()
    spans = [facet["index"] for facet in record["facets"]]
    return [data[span["byteStart"] : span["byteEnd"]].decode() for span in spans]


def test_korean_post_with_card(engine: Engine, account: BlueskyAccount, picture: Card) -> None:
    post = composed("bluesky", picture)
    queue(engine, channel(engine, account), post)
    assert run(engine).state is State.PUBLISHED
    (stored,) = account.records()
    record = stored["value"]
    assert record["text"] == post.parts[0].text
    assert record["langs"] == ["ko"]
    (image,) = record["embed"]["images"]
    assert (image["alt"], image["image"]["size"]) == (picture.alt, len(picture.data))
    assert all(mark.startswith(("#", "http")) for mark in marked(record))
    assert [mark for mark in marked(record) if mark.startswith("#")]
    receipt = only(engine).receipt
    assert receipt is not None
    assert receipt.id == stored["uri"]


def test_thread_is_a_chain(engine: Engine, account: BlueskyAccount) -> None:
    queue(engine, channel(engine, account), threaded("bluesky", *THREAD))
    assert run(engine).state is State.PUBLISHED
    records = account.records()
    assert [stored["value"]["text"] for stored in records] == list(THREAD)
    for before, after in pairwise(records):
        reply = after["value"]["reply"]
        assert reply["root"]["cid"] == records[0]["cid"]
        assert reply["parent"] == {"uri": before["uri"], "cid": before["cid"]}


def test_lost_answer_is_found(
    engine: Engine, account: BlueskyAccount, between: Between, picture: Card
) -> None:
    proxy = between(account.port)
    queue(engine, channel(engine, account, proxy.port), composed("bluesky", picture))
    proxy.lose_answer(PUT)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.PUBLISHED
    assert (proxy.lost, len(account.records())) == (1, 1)


def test_lost_request_is_repeated(
    engine: Engine, account: BlueskyAccount, between: Between
) -> None:
    proxy = between(account.port)
    queue(engine, channel(engine, account, proxy.port), threaded("bluesky", THREAD[0]))
    proxy.lose_request(PUT)
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    assert len(account.records()) == 1


def test_repeat_creates_no_twin(engine: Engine, account: BlueskyAccount, between: Between) -> None:
    proxy = between(account.port)
    queue(engine, channel(engine, account, proxy.port), threaded("bluesky", THREAD[0]))
    proxy.lose_answer(PUT)
    assert run(engine).state is State.UNCERTAIN
    engine.store.deliveries.confirm_absent(only(engine).id)  # a person who is wrong
    assert run(engine).state is State.PUBLISHED
    assert len(account.records()) == 1


def test_thread_goes_on_after_a_lost_answer(
    engine: Engine, account: BlueskyAccount, between: Between
) -> None:
    proxy = between(account.port)
    queue(engine, channel(engine, account, proxy.port), threaded("bluesky", *THREAD))
    proxy.lose_answer(json.dumps(THREAD[1][:2]).strip('"').encode())
    assert run(engine).state is State.UNCERTAIN
    assert look(engine).state is State.SCHEDULED
    assert run(engine).state is State.PUBLISHED
    assert [stored["value"]["text"] for stored in account.records()] == list(THREAD)


def test_wrong_password_pauses_the_channel(engine: Engine, account: BlueskyAccount) -> None:
    made = channel(engine, account, password="wrong horse")
    queue(engine, made, threaded("bluesky", THREAD[0]))
    assert run(engine).state is State.SCHEDULED
    assert engine.store.channels.get(made.name).paused
    assert account.records() == []


def test_another_text_under_the_same_key_is_no_edit(
    engine: Engine, account: BlueskyAccount
) -> None:
    bluesky = opened(engine, channel(engine, account))
    request = part(created_at=datetime.now(UTC))
    receipt = bluesky.publish(request)
    assert bluesky.publish(request) == receipt
    with pytest.raises(Rejected, match="Another post"):
        bluesky.publish(replace(request, text="Another text."))
    (stored,) = account.records()
    assert stored["value"]["text"] == request.text


def test_too_long_is_rejected(engine: Engine, account: BlueskyAccount) -> None:
    queue(engine, channel(engine, account), threaded("bluesky", "가" * 301))
    found = run(engine)
    assert found.state is State.FAILED
    assert "does not fit" in (found.reason or "")  # nothing was sent
    assert account.records() == []


@pytest.mark.parametrize("text", ["가" * 300, "👨‍👩‍👧‍👦" * 120])
def test_longest_is_taken(engine: Engine, account: BlueskyAccount, text: str) -> None:
    queue(engine, channel(engine, account), threaded("bluesky", text))
    assert run(engine).state is State.PUBLISHED


def test_link_becomes_a_card(engine: Engine, account: BlueskyAccount) -> None:
    post = replace(threaded("bluesky", f"산책 {LINK}"), link=LINK, title="한강 산책")
    queue(engine, channel(engine, account), post)
    assert run(engine).state is State.PUBLISHED
    (stored,) = account.records()
    card = stored["value"]["embed"]["external"]
    assert (card["uri"], card["title"]) == (LINK, "한강 산책")
    assert marked(stored["value"]) == [LINK]


def test_access_token_that_ended_is_renewed(engine: Engine, account: BlueskyAccount) -> None:
    bluesky = opened(engine, channel(engine, account))
    assert bluesky.check().id == account.did
    session = bluesky.account.session
    kept = session.load()
    assert kept is not None
    session.save({**kept, "accessJwt": kept["refreshJwt"]})  # no access token at all
    assert bluesky.check().id == account.did


def test_delete(engine: Engine, account: BlueskyAccount) -> None:
    bluesky = opened(engine, channel(engine, account))
    kept = bluesky.publish(part(key="one"))
    gone = bluesky.publish(part(key="another", created_at=datetime.now(UTC)))
    for _ in range(2):  # gone already is success
        bluesky.delete(gone)
    assert [stored["uri"] for stored in account.records()] == [kept.id]
