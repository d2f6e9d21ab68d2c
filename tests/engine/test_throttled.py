"""A network that asks to wait is left alone until then, whatever else happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from tests.engine.stage import schedule
from tests.engine.test_clock import jump
from tests.engine.test_deliver import look, only, run
from tests.platforms.cases.mastodon import CASE
from tests.platforms.network import Act, Drop, Network, Reply

from socialpipe.engine import Engine
from socialpipe.model import Card, Channel, State

WAIT = timedelta(seconds=600)
CREATE, UPLOAD = "POST /api/v1/statuses", "POST /api/v2/media"
ME = "GET /api/v1/accounts/verify_credentials"


def in_seconds() -> str:
    return str(int(WAIT.total_seconds()))


def as_a_date() -> str:
    return format_datetime(datetime.now(UTC) + WAIT, usegmt=True)


def connect(engine: Engine, network: Network) -> Channel:
    return engine.store.channels.add(
        "news",
        "mastodon",
        api_base=network.base,
        settings={"keys": "no"},
        secrets={"token": "t"},
        timezone="UTC",
    )


def serving(acts: Mapping[str, Act]) -> Network:
    return Network({**CASE.routes, **acts})


@pytest.mark.parametrize("status", [503, 429])
@pytest.mark.parametrize("when", [in_seconds, as_a_date])
@pytest.mark.parametrize("route", [CREATE, UPLOAD])
def test_it_is_never_tried_earlier(
    engine: Engine,
    picture: Card,
    monkeypatch: pytest.MonkeyPatch,
    route: str,
    when: Callable[[], str],
    status: int,
) -> None:
    store, asked = engine.store, engine.store.now()
    with serving({route: Reply(status, b"busy", {"Retry-After": when()})}) as network:
        schedule(store, connect(engine, network), "Hello.", cards=(picture,))
        run(engine)
        found = only(store)
        assert (found.state, found.attempt) == (State.SCHEDULED, 0)
        assert found.due_at >= asked + WAIT - timedelta(seconds=1)  # dates have whole seconds
        network.routes.update(CASE.routes)
        jump(monkeypatch, WAIT - timedelta(seconds=30))
        assert run(engine) == []
        assert len(network.seen(route)) == 1
        jump(monkeypatch, timedelta(seconds=60))
        assert len(run(engine)) == 1
    assert only(store).state is State.PUBLISHED


@pytest.mark.parametrize("when", [in_seconds, as_a_date])
def test_it_is_not_looked_at_earlier(engine: Engine, when: Callable[[], str]) -> None:
    store, asked = engine.store, engine.store.now()
    busy = Reply(503, b"busy", {"Retry-After": when()})
    with serving({CREATE: Drop(), ME: busy}) as network:
        schedule(store, connect(engine, network), "Hello.")
        run(engine)
        look(engine)
    found = only(store)
    assert (found.state, found.misses) == (State.UNCERTAIN, 0)
    assert found.look_at is not None
    assert found.look_at >= asked + WAIT - timedelta(seconds=1)
