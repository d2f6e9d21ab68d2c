"""Rate budgets and circuit breakers over a real Redis, shared by many workers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from pydantic import SecretStr
from tests.engine.stage import connect, schedule

from socialpipe.engine import Engine, Refusal, Wish
from socialpipe.errors import NotSent, Rejected, Throttled, Unknown
from socialpipe.model import Channel, Rate, Scope, State
from socialpipe.pipeline import deliver
from socialpipe.platforms import registry
from socialpipe.platforms.mastodon import Mastodon
from socialpipe.simulator import Simulator
from socialpipe.worker.backstage import RedisBackstage
from socialpipe.worker.breaker import Breaker
from socialpipe.worker.budget import Bucket, Budget
from socialpipe.worker.traffic import RedisTraffic

ONE = Channel(1, "one", "mastodon", "http://a", {}, "UTC")
TWO = Channel(2, "two", "mastodon", "http://a", {}, "UTC")
ELSEWHERE = Channel(3, "three", "bluesky", "http://a", {}, "UTC")
HOUR = timedelta(hours=1)


@pytest.fixture
def connection(redis_url: str) -> Iterator[redis.Redis]:
    opened = redis.Redis.from_url(redis_url)
    opened.flushdb()
    yield opened
    opened.close()


def test_burst_then_rate(connection: redis.Redis) -> None:
    budget = Budget(connection)
    bucket = Bucket("b", 5, 1.0)
    assert [budget.take([bucket], 1) for _ in range(5)] == [0.0] * 5
    wait = budget.take([bucket], 1)
    assert 0.1 < wait <= 0.2
    time.sleep(wait + 0.01)
    assert budget.take([bucket], 1) == 0.0


def test_all_or_nothing(connection: redis.Redis) -> None:
    budget = Budget(connection)
    wide, narrow = Bucket("wide", 100, 60.0), Bucket("narrow", 1, 60.0)
    assert budget.take([wide, narrow], 1) == 0.0
    assert budget.take([wide, narrow], 1) > 50
    left = sum(budget.take([wide], 1) == 0.0 for _ in range(100))
    assert left == 99  # the refused one took nothing


def test_tells_how_much_is_used_up(connection: redis.Redis) -> None:
    budget = Budget(connection)
    half, fresh, full = (Bucket(name, 10, 3600.0) for name in ("half", "fresh", "full"))
    budget.take([half], 5)
    budget.block(full, 60.0)
    assert budget.spent([half, fresh, full]) == pytest.approx([0.5, 0.0, 1.0], abs=0.02)
    assert budget.spent([]) == []


def test_tells_how_long_circuits_stay_open(connection: redis.Redis) -> None:
    breaker = Breaker(connection)
    for _ in range(20):
        breaker.failure("mastodon")
    left = breaker.left(["mastodon", "bluesky"])
    assert left["mastodon"] > 10
    assert left["bluesky"] == 0
    assert breaker.left([]) == {}


def test_people_who_look_see_each_channel_s_own(
    engine: Engine, simulator: Simulator, connection: redis.Redis, redis_url: str
) -> None:
    channels = [connect(engine.store, simulator, "mastodon", f"c{n}") for n in range(2)]
    backstage = RedisBackstage(
        engine.settings.model_copy(update={"redis_url": SecretStr(redis_url)})
    )
    traffic = RedisTraffic(connection)
    (rate,) = registry.load("mastodon").rates
    traffic.ask([Wish(channels[1], (rate,), rate.count // 2)])
    found = backstage.budgets(channels)
    assert [(one.count, one.period) for one in found[channels[0].id]] == [
        (rate.count, rate.period.total_seconds())
    ]
    assert found[channels[0].id][0].share == 0
    assert found[channels[1].id][0].share == pytest.approx(0.5, abs=0.02)


def test_who_rested_long_has_saved_up_one_burst_only(connection: redis.Redis) -> None:
    budget, bucket = Budget(connection), Bucket("rested", 1, 60.0)
    connection.set(bucket.key, round(time.time() * 1000) - 600_000)
    assert budget.take([bucket], 1) == 0.0
    assert budget.take([bucket], 1) > 30


def test_the_longest_that_the_network_said_counts(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    for seconds in (60.0, 1.0):
        traffic.saw(ONE, seconds)
    refusal = ask(traffic, ONE, ())
    assert refusal is not None
    assert refusal.seconds > 30


def test_many_workers_never_exceed_the_budget(connection: redis.Redis) -> None:
    bucket = Bucket("shared", 50, 600.0)
    with ThreadPoolExecutor(8) as pool:
        budgets = [Budget(connection) for _ in range(8)]
        taken = list(pool.map(lambda n: budgets[n % 8].take([bucket], 1), range(200)))
    assert taken.count(0.0) == 50


def test_a_thread_longer_than_the_budget_still_goes_out(connection: redis.Redis) -> None:
    assert Budget(connection).take([Bucket("small", 2, 60.0)], 5) == 0.0


def ask(traffic: RedisTraffic, channel: Channel, rates: Sequence[Rate]) -> Refusal | None:
    """Ask for one post."""
    (refusal,) = traffic.ask([Wish(channel, rates, 1)])
    return refusal


def test_what_the_network_says_shuts_the_channel_only(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    traffic.saw(ONE, 30.0)
    refusal = ask(traffic, ONE, ())
    assert refusal is not None
    assert 29 < refusal.seconds <= 31
    assert ask(traffic, TWO, ()) is None


def test_scopes_share_what_they_should(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    per_app = (Rate(Scope.APP, 1, timedelta(minutes=1)),)
    assert ask(traffic, ONE, per_app) is None
    assert ask(traffic, TWO, per_app) is not None
    other = replace(TWO, settings={"app": "other"})
    assert ask(traffic, other, per_app) is None
    per_channel = (Rate(Scope.CHANNEL, 1, timedelta(minutes=2)),)
    assert ask(traffic, ONE, per_channel) is None
    assert ask(traffic, TWO, per_channel) is None


def test_an_app_is_of_its_address_and_a_platform_of_all(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    away = replace(TWO, api_base="http://b")
    for scope, shared in ((Scope.APP, False), (Scope.PLATFORM, True)):
        rates = (Rate(scope, 1, HOUR),)
        assert ask(traffic, ONE, rates) is None
        assert (ask(traffic, away, rates) is not None) == shared
        assert ask(traffic, ELSEWHERE, rates) is None


def test_each_period_has_a_budget_of_its_own(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    for period in (HOUR, 24 * HOUR):
        assert ask(traffic, ONE, [Rate(Scope.CHANNEL, 1, period)]) is None


def test_of_several_each_is_told_its_own(connection: redis.Redis) -> None:
    """What is refused for an outage takes nothing from a budget."""
    traffic = RedisTraffic(connection)
    traffic.heard([(ONE, NotSent("down"))] * 10)
    rates = (Rate(Scope.CHANNEL, 1, HOUR),)
    told = traffic.ask([Wish(one, rates, 1) for one in (ONE, ELSEWHERE, ELSEWHERE, ONE)])
    assert [refusal and refusal.reason for refusal in told] == [
        "mastodon is in trouble: calls are paused",
        None,
        "the rate budget of three is spent",
        "mastodon is in trouble: calls are paused",
    ]
    traffic.heard([(ONE, None)])
    assert ask(traffic, ONE, rates) is None


def test_of_several_one_is_the_trial_call(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    traffic.heard([(ONE, NotSent("down"))] * 10)
    connection.delete("socialpipe:breaker:mastodon:open")  # its time is over: one may try
    told = traffic.ask([Wish(one, (), 1) for one in (ONE, TWO, ONE)])
    assert [refusal is None for refusal in told] == [True, False, False]


def test_a_healthy_platform_is_looked_up_once_for_all(
    connection: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    troubled = Breaker.troubled

    def look(breaker: Breaker, platform: str) -> bool:
        looked.append(platform)
        return troubled(breaker, platform)

    monkeypatch.setattr(Breaker, "troubled", look)
    monkeypatch.setattr(Breaker, "wait", lambda *_: pytest.fail("a look-up for each post"))
    wishes = [Wish(one, (), 1) for one in (ONE, TWO, ELSEWHERE, ONE)]
    assert RedisTraffic(connection).ask(wishes) == [None] * 4
    assert sorted(looked) == ["bluesky", "mastodon"]


def test_a_throttle_shuts_its_channel_for_as_long_as_it_says(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    traffic.heard([(ONE, Throttled("slowly", seconds=30.0)), (TWO, Throttled("slowly"))])
    refusal = ask(traffic, ONE, ())
    assert refusal is not None
    assert 29 < refusal.seconds <= 31
    assert ask(traffic, TWO, ()) is None


def test_every_answer_counts_for_the_breaker(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    traffic.heard([(ONE, None)] * 11)
    traffic.heard([(ONE, NotSent("down"))] * 10)
    assert ask(traffic, ONE, ()) is None, "fewer than half have failed"


def test_breaker_opens_probes_and_closes(connection: redis.Redis) -> None:
    breaker = Breaker(connection)
    for _ in range(9):
        breaker.failure("x")
    assert breaker.wait("x") == 0.0
    breaker.failure("x")
    assert 29 < breaker.wait("x") <= 30
    assert breaker.wait("mastodon") == 0.0
    connection.delete("socialpipe:breaker:x:open")  # the pause is over
    assert breaker.wait("x") == 0.0  # one may try …
    assert breaker.wait("x") > 0  # … one only
    breaker.failure("x")
    assert 59 < breaker.wait("x") <= 60  # twice as long
    connection.delete("socialpipe:breaker:x:open")
    assert breaker.wait("x") == 0.0
    breaker.success("x")
    assert [breaker.wait("x") for _ in range(3)] == [0.0] * 3


def test_what_was_under_way_when_it_opened_is_no_relapse(connection: redis.Redis) -> None:
    breaker = Breaker(connection)
    for _ in range(14):  # four more than it takes, all begun before it opened
        breaker.failure("x")
    assert 29 < breaker.wait("x") <= 30


def test_a_trial_call_that_nobody_ends_is_not_the_last(connection: redis.Redis) -> None:
    breaker = Breaker(connection)
    for _ in range(10):
        breaker.failure("x")
    connection.delete("socialpipe:breaker:x:open")
    assert breaker.wait("x") == 0.0  # the trial; its worker dies
    assert breaker.wait("x") == 5.0
    assert connection.ttl("socialpipe:breaker:x:probe") <= 20


def test_half_of_the_calls_must_fail(connection: redis.Redis) -> None:
    breaker = Breaker(connection)
    for _ in range(11):
        breaker.success("x")
    for _ in range(10):
        breaker.failure("x")
    assert breaker.wait("x") == 0.0


def test_what_the_network_answers_is_no_outage(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    for _ in range(20):
        traffic.heard([(ONE, Rejected("no"))])
    assert ask(traffic, ONE, ()) is None
    for outcome in (NotSent("down"), Unknown("lost")) * 10:
        traffic.heard([(ONE, outcome)])
    assert ask(traffic, ONE, ()) is not None


def test_without_redis_everything_passes() -> None:
    traffic = RedisTraffic(redis.Redis(host="127.0.0.1", port=1, socket_timeout=0.1))
    assert ask(traffic, ONE, Mastodon.rates) is None
    traffic.saw(ONE, 3.0)
    traffic.heard([(ONE, None)])


def test_refusal_costs_no_attempt_and_no_call(
    engine: Engine, simulator: Simulator, connection: redis.Redis
) -> None:
    traffic = RedisTraffic(connection)
    tools = replace(engine, traffic=traffic)
    channel = connect(tools.store, simulator, "mastodon")
    key = schedule(tools.store, channel, "Hello.")
    traffic.saw(channel, 60.0)
    (row,) = tools.store.claims.claim(timedelta(0), "test")
    deliver(tools, row.id, row.fence)
    found = tools.store.deliveries.get(key)
    assert (found.state, found.attempt) == (State.SCHEDULED, 0)
    assert found.due_at - tools.store.now() > timedelta(seconds=55)
    assert simulator.calls() == []


def test_headers_feed_the_budget(
    engine: Engine, simulator: Simulator, connection: redis.Redis
) -> None:
    """A throttled answer carries the reset; the next post waits without a call."""
    tools = replace(engine, traffic=RedisTraffic(connection))
    channel = connect(tools.store, simulator, "mastodon")
    first = schedule(tools.store, channel, "One.")
    simulator.fault("mastodon", "throttle", count=1, seconds=60.0)
    for row in tools.store.claims.claim(timedelta(0), "test"):
        deliver(tools, row.id, row.fence)
    calls = len(simulator.calls())
    second = schedule(tools.store, channel, "Two.")
    for row in tools.store.claims.claim(timedelta(0), "test"):
        deliver(tools, row.id, row.fence)
    states = {tools.store.deliveries.get(key).state for key in (first, second)}
    assert states == {State.SCHEDULED}
    assert len(simulator.calls()) == calls


def test_reading_has_a_budget_of_its_own(connection: redis.Redis) -> None:
    traffic = RedisTraffic(connection)
    rates = [Rate(Scope.CHANNEL, 5, timedelta(hours=1))]
    assert [traffic.ask_to_read(ONE, 4) for _ in range(5)] == [None] * 5
    refusal = traffic.ask_to_read(ONE, 1)
    assert refusal is not None
    assert 0 < refusal.seconds <= 15
    assert [ask(traffic, ONE, rates) for _ in range(5)] == [None] * 5
    assert traffic.ask_to_read(TWO, 1) is None


def test_reading_waits_while_the_network_said_so_and_leaves_the_trial_call_alone(
    connection: redis.Redis,
) -> None:
    traffic = RedisTraffic(connection)
    traffic.saw(ONE, 60)
    assert traffic.ask_to_read(ONE, 1) is not None
    for _ in range(10):
        traffic.heard([(TWO, NotSent("down"))])
    connection.delete("socialpipe:breaker:mastodon:open")  # its time is over: one may try
    assert traffic.ask_to_read(TWO, 1) is not None
    assert ask(traffic, TWO, []) is None
    traffic.heard([(TWO, None)])
    assert traffic.ask_to_read(TWO, 1) is None


def test_without_redis_numbers_are_read_all_the_same() -> None:
    traffic = RedisTraffic(redis.Redis(host="127.0.0.1", port=1, socket_timeout=0.1))
    assert traffic.ask_to_read(ONE, 1) is None
