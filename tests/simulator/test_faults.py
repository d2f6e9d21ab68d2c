from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests
from tests.simulator.client import Client, Pds

from socialpipe.errors import UsageError
from socialpipe.simulator import Simulator
from socialpipe.simulator.faults import Fault, Kind, Scope, parse

Publish = Callable[[str], requests.Response]
PLATFORMS = ["bluesky", "mastodon", "telegram", "x"]


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def publish(platform: str, client: Client) -> Publish:
    if platform == "bluesky":
        return Pds(client).put
    ways: dict[str, Publish] = {"mastodon": client.toot, "telegram": client.say, "x": client.tweet}
    return ways[platform]


def test_error_comes_before_anything_is_accepted(
    sim: Simulator, platform: str, publish: Publish
) -> None:
    sim.fault(platform, "error")
    answer = publish("글")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("application/json")
    assert sim.posts() == []
    assert publish("글").ok


def test_error_after_comes_when_all_is_accepted(
    sim: Simulator, platform: str, publish: Publish
) -> None:
    sim.fault(platform, "error_after")
    assert publish("글").status_code == 502
    assert [(post.text, post.fault) for post in sim.posts(platform)] == [("글", "error_after")]


def test_drop_accepts_and_says_nothing(sim: Simulator, platform: str, publish: Publish) -> None:
    sim.fault(platform, "drop")
    with pytest.raises(requests.ConnectionError):
        publish("글")
    assert [post.text for post in sim.posts(platform)] == ["글"]
    assert sim.calls()[-1].status == 0


def test_garbage_is_a_good_status_and_a_page(
    sim: Simulator, platform: str, publish: Publish
) -> None:
    sim.fault(platform, "garbage")
    answer = publish("글")
    assert answer.status_code == 200
    assert answer.text.startswith("<!DOCTYPE html>")
    assert sim.posts() == []


def test_slow_waits_before_it_accepts(sim: Simulator, platform: str, publish: Publish) -> None:
    sim.fault(platform, "slow", seconds=0.4)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(publish, "글")
        time.sleep(0.15)
        assert sim.posts() == []
        assert answer.result().ok
    assert len(sim.posts()) == 1


def test_hold_accepts_and_waits_with_the_answer(
    sim: Simulator, platform: str, publish: Publish
) -> None:
    sim.fault(platform, "hold", seconds=0.4)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(publish, "글")
        assert len(sim.wait_for(platform, 1, timeout=5)) == 1
        assert not answer.done()
        assert answer.result().ok


def test_revoke_lasts(sim: Simulator, platform: str, publish: Publish) -> None:
    assert publish("글 0").ok
    sim.fault(platform, "revoke")
    for n in range(1, 3):
        assert publish(f"글 {n}").status_code in {400, 401}
    assert [post.text for post in sim.posts()] == ["글 0"]


def test_throttle_tells_when_to_come_back(sim: Simulator, platform: str, publish: Publish) -> None:
    sim.fault(platform, "throttle", seconds=30)
    before = time.time()
    answer = publish("글")
    assert answer.status_code == 429
    assert 29 < told_to_wait(platform, answer) - before <= 32
    assert sim.posts() == []


def told_to_wait(platform: str, answer: requests.Response) -> float:
    """When the network wants the next call, in seconds since the epoch."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    match platform:
        case "x":
            assert answer.json()["errors"][0]["code"] == 88
            return float(headers["x-rate-limit-reset"])
        case "bluesky":
            assert headers["retry-after"] == "30"
            return float(headers["ratelimit-reset"])
        case "mastodon":
            reset = datetime.fromisoformat(headers["x-ratelimit-reset"])
            assert reset.tzinfo == UTC
            return reset.timestamp()
    assert answer.json()["description"] == "Too Many Requests: retry after 30"
    return time.time() + float(answer.json()["parameters"]["retry_after"])


def test_a_fault_happens_so_often_as_told(client: Client, sim: Simulator) -> None:
    sim.fault("x", "error", count=2)
    assert [client.tweet(f"글 {n}").status_code for n in range(3)] == [500, 500, 201]


def test_faults_happen_in_the_order_given(client: Client, sim: Simulator) -> None:
    sim.fault("x", "error")
    sim.fault("x", "garbage")
    assert [client.tweet(f"글 {n}").status_code for n in range(3)] == [500, 200, 201]


def test_a_fault_may_wait_for_a_text(client: Client, sim: Simulator) -> None:
    sim.fault("x", "error", match="둘째")
    assert [client.tweet(text).status_code for text in ("첫째", "둘째 글", "셋째")] == [
        201,
        500,
        201,
    ]


def test_revoke_may_name_the_token(client: Client, sim: Simulator) -> None:
    sim.fault("x", "revoke", match="bob")
    assert client.tweet("글").status_code == 201
    assert Client(sim, client.session, "bob").tweet("글").status_code == 401


def test_a_fault_of_one_platform_leaves_the_others_alone(client: Client, sim: Simulator) -> None:
    sim.fault("mastodon", "error")
    assert client.tweet("글").status_code == 201
    assert client.toot("글").status_code == 500


def test_reads_and_logins_are_spared_unless_meant(client: Client, sim: Simulator) -> None:
    sim.fault("x", "error")
    assert client.get("x", "/2/users/me").status_code == 200
    sim.reset()
    sim.arm(Fault("x", Kind.ERROR, on=Scope.ANY))
    assert client.get("x", "/2/users/me").status_code == 500


def test_one_fault_hits_one_of_many_callers(sim: Simulator) -> None:
    sim.fault("x", "error", count=7)

    def publish(n: int) -> int:
        with requests.Session() as session:
            return Client(sim, session).tweet(f"글 {n}").status_code

    with ThreadPoolExecutor(25) as pool:
        statuses = list(pool.map(publish, range(50)))
    assert (statuses.count(500), statuses.count(201)) == (7, 43)


@pytest.mark.parametrize(
    ("platform", "fault", "extra"),
    [
        ("myspace", "drop", {}),
        ("x", "explode", {}),
        ("x", "drop", {"count": 0}),
        ("x", "slow", {"seconds": -1}),
    ],
)
def test_refuses_faults_that_are_none(
    sim: Simulator, platform: str, fault: str, extra: dict[str, int]
) -> None:
    with pytest.raises(UsageError) as caught:
        sim.fault(platform, fault, **extra)  # type: ignore[arg-type]
    assert caught.value.fix


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x:drop", Fault("x", Kind.DROP)),
        ("x:slow:3", Fault("x", Kind.SLOW, 3)),
        ("x:slow:3:0.5", Fault("x", Kind.SLOW, 3, 0.5)),
    ],
)
def test_reads_faults_from_a_command_line(text: str, fault: Fault) -> None:
    assert parse(text) == fault


@pytest.mark.parametrize("text", ["x", "x:bang", "x:drop:many", "x:drop:1:long"])
def test_a_mistyped_fault_is_explained(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert caught.value.fix
