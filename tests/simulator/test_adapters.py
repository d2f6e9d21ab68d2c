"""The adapters against the stand-ins: two readings of the same documentation must agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from tests.simulator.client import png

from socialpipe.errors import PlatformError, Rejected, Throttled, Unauthorized, Unknown
from socialpipe.model import Card, Json
from socialpipe.platforms import registry
from socialpipe.platforms.base import Account, PartRequest, Platform
from socialpipe.platforms.http import Http
from socialpipe.simulator import Simulator
from socialpipe.simulator.networks import load

TEXT = "서울 <여행> & 체크리스트 ✅\n\n둘째 줄 https://blog.example/seoul?a=1&b=2 #서울여행"
SETTINGS = {"telegram": {"chat_id": "@news"}, "bluesky": {"identifier": "alice.test"}}
SECRETS = {"telegram": {"token": "123:abc"}, "bluesky": {"password": "app-password"}}


class Memory:
    """A session cache."""

    def __init__(self) -> None:
        self.value: Json | None = None

    def load(self) -> Json | None:
        return self.value

    def save(self, value: Json) -> None:
        self.value = value


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture(params=sorted(set(registry.names()) & set(load())))
def adapter(request: pytest.FixtureRequest, sim: Simulator) -> Platform:
    name = str(request.param)
    http = Http(connect_timeout=2, read_timeout=5, allow_private_hosts=True)
    secrets = SECRETS.get(name, {"token": "alice"})
    account = Account(name, SETTINGS.get(name, {}), secrets, http, Memory(), sim.base(name))
    return registry.load(name)(account)


def part(text: str = TEXT, **more: object) -> PartRequest:
    created = datetime.now(UTC)
    request = {"key": str(uuid4()), "created_at": created, "language": "ko", **more}
    return PartRequest(text=text, **request)  # type: ignore[arg-type]


def test_the_account_is_known(adapter: Platform) -> None:
    assert adapter.check().id


def test_a_post_arrives_as_written(adapter: Platform, sim: Simulator) -> None:
    receipt = adapter.publish(part())
    (post,) = sim.posts(adapter.name)
    assert (post.id, post.text) == (receipt.id, TEXT)
    assert receipt.url is not None


def test_a_card_arrives_with_its_alt_text(adapter: Platform, sim: Simulator) -> None:
    card = Card(png(), 1, 1, "카드의 설명", "image/png")
    uploads = (adapter.upload(card),)
    adapter.publish(part(cards=(card,), uploads=uploads))
    (image,) = sim.posts(adapter.name)[0].media
    assert image.size == len(png())
    assert image.alt == ("" if adapter.limits.alt is None else "카드의 설명")


def test_a_thread_hangs_together(adapter: Platform, sim: Simulator) -> None:
    root = adapter.publish(part("하나"))
    second = adapter.publish(part("둘", root=root, parent=root))
    adapter.publish(part("셋", root=root, parent=second))
    assert [post.reply_to for post in sim.posts(adapter.name)] == [None, root.id, second.id]


@pytest.mark.parametrize("fault", ["drop", "error_after"])
def test_a_lost_answer_is_unknown_and_can_be_found(
    adapter: Platform, sim: Simulator, fault: str
) -> None:
    card = Card(png(), 1, 1, "카드의 설명", "image/png")
    request = part(cards=(card,), uploads=(adapter.upload(card),))
    sim.fault(adapter.name, fault)
    with pytest.raises(Unknown):
        adapter.publish(request)
    (post,) = sim.posts(adapter.name)
    if adapter.recovery.read_back:
        found = adapter.find(request)
        assert found is not None
        assert found.id == post.id
        assert adapter.find(part("etwas anderes")) is None
    if adapter.recovery.key_lifetime:
        assert adapter.publish(request).id == post.id
        assert len(sim.posts(adapter.name)) == 1


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("throttle", Throttled), ("error", Unknown), ("garbage", Unknown), ("revoke", Unauthorized)],
)
def test_faults_are_understood(
    adapter: Platform, sim: Simulator, fault: str, outcome: type[PlatformError]
) -> None:
    sim.fault(adapter.name, fault, seconds=20)
    with pytest.raises(outcome) as caught:
        adapter.publish(part())
    assert sim.posts(adapter.name) == []
    if isinstance(caught.value, Throttled):
        assert caught.value.seconds is not None
        assert 18 <= caught.value.seconds <= 22


def test_a_text_at_the_limit_fits_and_one_more_does_not(adapter: Platform, sim: Simulator) -> None:
    whole = adapter.limits.text // (2 if adapter.name == "x" else 1)
    adapter.publish(part("가" * whole))
    with pytest.raises(Rejected):
        adapter.publish(part("가" * (whole + 1)))
    assert len(sim.posts(adapter.name)) == 1
