"""The metrics say what the tables hold, and everything that the deploy files ask for exists."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
import uvicorn
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.conftest import Environment
from tests.engine.stage import connect, schedule

from socialpipe.engine import Engine
from socialpipe.errors import UsageError
from socialpipe.model import Article, State
from socialpipe.pipeline import deliver
from socialpipe.simulator import Simulator
from socialpipe.store import Store
from socialpipe.store.credentials import Standing
from socialpipe.store.heartbeats import ROLES
from socialpipe.store.intake import Order, Terms
from socialpipe.store.measures import Measures
from socialpipe.store.schema import attempt
from socialpipe.web.app import create
from socialpipe.web.metrics import exposition
from socialpipe.web.probe import Probe
from socialpipe.worker.roles import run_keeper

DEPLOY = Path(__file__).parents[2] / "deploy"
Sample = tuple[str, frozenset[tuple[str, str]]]


def scrape(store: Store) -> dict[Sample, float]:
    """Read the exposition as Prometheus does; nothing is kept from an earlier measurement."""
    store.measures = Measures(store.database)
    text = exposition(store).decode()
    return {
        (sample.name.removeprefix("socialpipe_"), frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: dict[Sample, float], name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def publish_due(engine: Engine) -> None:
    for row in engine.store.claims.claim(timedelta(0), "test"):
        deliver(engine, row.id, row.fence)


def test_empty_store_has_every_state_and_no_age(store: Store) -> None:
    found = scrape(store)
    for state in State:
        assert value(found, "deliveries", state=state) == 0
    for role in ROLES:
        assert value(found, "alive", role=role) == 0
    for name in ("due_not_claimed_seconds", "uncertain_age_seconds", "frozen"):
        assert value(found, name) == 0


def test_lateness_is_measured_from_the_wanted_time(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Late.", at=store.now() - timedelta(seconds=7))
    publish_due(engine)
    schedule(store, channel, "In time.")
    publish_due(engine)
    found = scrape(store)

    def below(bound: str) -> float:
        name = "publish_lateness_seconds_bucket"
        return value(found, name, platform="mastodon", le=bound)

    assert below("5.0") == 1
    assert below("30.0") == 2
    assert below("+Inf") == value(found, "publish_lateness_seconds_count", platform="mastodon") == 2
    assert 7 <= value(found, "publish_lateness_seconds_sum", platform="mastodon") < 30
    assert value(found, "deliveries", state="published") == 2
    assert value(found, "attempts_total", platform="mastodon", outcome="Published") == 2


def test_uncertain_ones_have_an_age_and_ask_for_a_person(
    engine: Engine, simulator: Simulator
) -> None:
    store = engine.store
    for platform in ("telegram", "x"):
        simulator.fault(platform, "drop", count=1)
        schedule(store, connect(store, simulator, platform), "Hello.")
    publish_due(engine)
    with store.database.write() as connection:
        long_ago = store.now() - timedelta(seconds=700)
        connection.execute(sa.update(attempt).values(started_at=long_ago))
    found = scrape(store)
    assert value(found, "deliveries", state="uncertain") == 2
    assert value(found, "uncertain_for_person") == 1
    assert 700 <= value(found, "uncertain_age_seconds") < 730
    assert value(found, "attempts_total", platform="telegram", outcome="Unknown") == 1


def test_due_age_forgets_paused_channels(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    for platform, seconds in (("x", 90), ("mastodon", 20)):
        channel = connect(store, simulator, platform)
        schedule(store, channel, "Hello.", at=store.now() - timedelta(seconds=seconds))
    assert 90 <= value(scrape(store), "due_not_claimed_seconds") < 110
    store.channels.pause(store.channels.get("x").id, "test")
    found = scrape(store)
    assert 20 <= value(found, "due_not_claimed_seconds") < 40
    assert value(found, "channels", platform="x", paused="true") == 1
    assert value(found, "channels", platform="mastodon", paused="false") == 1


def test_queues_hold_what_is_handed_out_and_not_begun(engine: Engine, simulator: Simulator) -> None:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Hello.")
    order = Order(channel, store.now() + timedelta(days=1))
    store.campaigns.queue(
        Article("Title", "Text."), [order], options={}, terms=Terms(1, timedelta(0))
    )
    (row,) = store.claims.claim(timedelta(0), "test")
    found = scrape(store)
    assert value(found, "queue_length", queue="publish") == 1
    assert value(found, "queue_length", queue="prepare") == 1
    deliver(engine, row.id, row.fence)
    assert value(scrape(store), "queue_length", queue="publish") == 0


def test_roles_and_freeze(store: Store) -> None:
    store.heartbeats.beat("keeper", "host:1")
    store.heartbeats.beat("keeper", "host:2")
    store.switches.freeze("operator", "test")
    found = scrape(store)
    assert value(found, "alive", role="keeper") == 2
    assert value(found, "heartbeat_age_seconds", role="keeper") < 10
    assert value(found, "frozen") == 1


def test_counting_takes_a_small_share_of_the_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever scrapes a large database every second must not keep it busy."""
    counted = []
    honest = Measures._count

    def slow(self: Measures) -> Any:
        counted.append(1)
        time.sleep(0.05)
        return honest(self)

    monkeypatch.setattr(Measures, "_count", slow)
    measures = Measures(store.database)
    began = time.monotonic()
    while time.monotonic() - began < 0.5:
        measures.take()
    assert len(counted) == 1


# ── health ─────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def web(store: Store) -> Iterator[str]:
    """The web role, in a thread."""
    server = uvicorn.Server(uvicorn.Config(create(store), log_config=None, lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=[[listening]])
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def pages(store: Store) -> dict[str, list[int]]:
    """What a probe and the web role answer to each question."""
    probe = Probe(store, "127.0.0.1", 0)
    with web(store) as url:
        found = {
            path: [
                requests.get(base + path, timeout=20).status_code
                for base in (url, f"http://127.0.0.1:{probe.port}")
            ]
            for path in ("/livez", "/readyz", "/healthz", "/metrics")
        }
    probe.stop()
    return found


def test_live_ready_and_healthy_are_three_things(store: Store) -> None:
    found = pages(store)
    assert found == {
        "/livez": [200] * 2, "/readyz": [200] * 2, "/healthz": [503] * 2, "/metrics": [200] * 2
    }  # fmt: skip
    for role in ROLES:
        store.heartbeats.beat(role, "host:1")
    assert pages(store)["/healthz"] == [200] * 2


def test_process_lives_without_its_database(environment: Environment, tmp_path: Path) -> None:
    store = Store(environment())
    store.close()
    (tmp_path / "data").rename(tmp_path / "gone")
    found = pages(store)
    assert found == {
        "/livez": [200] * 2, "/readyz": [503] * 2, "/healthz": [503] * 2, "/metrics": [503] * 2
    }  # fmt: skip


def test_probe_names_what_it_has_and_refuses_a_port_in_use(store: Store) -> None:
    probe = Probe(store, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{probe.port}"
    assert requests.get(f"{url}/healthz", timeout=5).json()["dispatcher"] == "none is alive"
    other = requests.get(f"{url}/other", timeout=5)
    assert (other.status_code, "/readyz" in other.text) == (404, True)
    with pytest.raises(UsageError, match=f"Port {probe.port}"):
        Probe(store, "127.0.0.1", probe.port)
    probe.stop()


def test_role_answers_on_a_port_of_its_own(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment()
    monkeypatch.setattr("signal.signal", lambda *_: None)
    stop = threading.Event()
    monkeypatch.setattr("socialpipe.worker.keeper.Keeper.run", lambda _self, _stop: stop.wait(20))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    from socialpipe.cli.roles import _probe

    role = threading.Thread(target=run_keeper, args=[_probe("127.0.0.1", port)])
    role.start()
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
            except requests.ConnectionError:
                time.sleep(0.05)
                continue
            if 'socialpipe_alive{role="keeper"} 1.0' in text:
                return
        pytest.fail("the keeper told nothing")
    finally:
        stop.set()
        role.join()


# ── deploy/ ────────────────────────────────────────────────────────────────────────────────────


def known_names(engine: Engine, simulator: Simulator) -> set[str]:
    store = engine.store
    channel = connect(store, simulator, "mastodon")
    schedule(store, channel, "Hello.")
    publish_due(engine)
    store.heartbeats.beat("keeper", "host:1")
    ends = Standing(issued_at=store.now(), expires_at=store.now() + timedelta(days=1))
    store.credentials.replace(channel.id, {"token": "token-mastodon"}, ends, "test")
    return {f"socialpipe_{name}" for name, _ in scrape(store)}


def expressions(value: Any) -> Iterator[str]:
    """Every PromQL expression in a dashboard or a file of rules."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"expr", "query", "definition"} and isinstance(inner, str):
                yield inner
            yield from expressions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from expressions(inner)


def test_deploy_files_ask_for_nothing_that_is_not_there(
    engine: Engine, simulator: Simulator
) -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    dashboard = json.loads((DEPLOY / "grafana" / "socialpipe.json").read_text())
    asked = {
        name
        for expression in [*expressions(rules), *expressions(dashboard)]
        for name in re.findall(r"\bsocialpipe_\w+", expression)
    }
    assert len(asked) >= 10
    assert asked <= known_names(engine, simulator)


def test_alerts_say_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert {"SocialpipeLate", "SocialpipeUncertain", "SocialpipeNoDispatcher"} <= {
        rule["alert"] for rule in alerts
    }
    for rule in alerts:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "description"}
