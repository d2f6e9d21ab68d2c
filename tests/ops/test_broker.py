"""The Redis that messages go through: which one is refused, and how much of it is used."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from tests.conftest import Environment

from socialpipe.errors import TryAgain, UsageError
from socialpipe.worker import broker
from socialpipe.worker.app import configure


@pytest.fixture
def connection(environment: Environment, redis_url: str) -> Iterator[redis.Redis]:
    with broker.client(environment(redis_url=redis_url)) as opened:
        yield opened


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_redis_that_may_evict_is_refused(
    environment: Environment, redis_url: str, connection: redis.Redis, policy: str
) -> None:
    settings = environment(redis_url=redis_url)
    assert broker.check(settings)
    connection.config_set("maxmemory-policy", policy)
    try:
        with pytest.raises(UsageError, match=policy) as caught:
            broker.check(settings)
    finally:
        connection.config_set("maxmemory-policy", "noeviction")
    assert "noeviction" in (caught.value.fix or "")


def test_redis_that_is_away_is_said(environment: Environment) -> None:
    with pytest.raises(TryAgain, match="Redis does not answer"):
        broker.check(environment(redis_url="unix:///nowhere/redis.sock"))


def test_many_threads_share_few_connections(
    environment: Environment, redis_url: str, connection: redis.Redis
) -> None:
    """Who finds none free waits for one; nobody fails."""
    with broker.client(environment(redis_url=redis_url, publish_threads=1)) as few:
        few.client_setname("few")
        with ThreadPoolExecutor(32) as pool:
            assert all(pool.map(lambda _: few.ping(), range(500)))
        pool_of = few.connection_pool
        assert isinstance(pool_of, redis.BlockingConnectionPool)
        assert pool_of.max_connections == 5


def test_celery_is_set_up_for_at_least_once(environment: Environment) -> None:
    """Late acknowledgement, one message at a time, no clock and no results of Celery's own."""
    conf = configure(environment()).conf
    assert conf.task_acks_late
    assert not conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.worker_soft_shutdown_timeout >= 30
    assert conf.broker_connection_max_retries is None
    assert not conf.worker_cancel_long_running_tasks_on_connection_loss
    assert conf.task_ignore_result
    assert conf.result_backend is None
    assert conf.broker_transport_options["global_keyprefix"] == "socialpipe:"
    assert conf.broker_transport_options["visibility_timeout"] > environment().lease


def test_message_that_cannot_be_acknowledged_frees_its_place(
    environment: Environment, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a worker whose calls end while Redis is away is full for ever."""

    def fail(*_: object) -> None:
        raise ConnectionError

    with configure(environment(redis_url=redis_url)).connection_for_read() as connection:
        held: Any = connection.default_channel.qos
        held.prefetch_count = 1
        held._delivered["tag"] = "message"
        assert not held.can_consume()
        monkeypatch.setattr(held, "_remove_from_indices", fail)
        with pytest.raises(ConnectionError):
            held.ack("tag")
        assert held.can_consume()
        held._delivered.clear()
