"""The adapters against the stand-ins: two readings of the same documentation must agree."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from tests.simulator.client import hosted, jpeg

from socialpipe.errors import Duplicate, PlatformError, Rejected, Throttled, Unauthorized, Unknown
from socialpipe.model import Card, Json, Unit
from socialpipe.platforms import registry
from socialpipe.platforms.base import Account, PartRequest, Platform
from socialpipe.platforms.http import Http
from socialpipe.platforms.readback import altered
from socialpipe.simulator import Simulator
from socialpipe.simulator.networks import load
from socialpipe.simulator.networks.webhook import SECRET

TEXT = "서울 <여행> & 체크리스트 ✅\n\n둘째 줄 https://blog.example/seoul?a=1&b=2 #서울여행"
SETTINGS = {
    "band": {"band_key": "band"},
    "blogger": {"blog_id": "42"},
    "lemmy": {"username": "alice", "community": "korea@simulator"},
    "navercafe": {"clubid": "42", "menuid": "1"},
    "pinterest": {"board_id": "42"},
    "reddit": {"username": "alice", "subreddit": "korea"},
    "tumblr": {"blog": "alice"},
    "wordpress": {"username": "alice"},
    "bluesky": {"identifier": "alice.test"},
    "discord": {"channel_id": "42"},
    "facebook": {"page_id": "42"},
    "linkedin": {"author": "urn:li:organization:42"},
    "matrix": {"room_id": "!room:simulator"},
    "slack": {"channel": "C42"},
    "telegram": {"chat_id": "@news"},
    "email": {"sender": "news@brand.example", "to": "list@brand.example"},
}
SECRETS = {
    "bluesky": {"password": "app-password"},
    "forem": {"api_key": "alice"},
    "email": {},
    "nostr": {"secret_key": "11" * 32},
    "ghost": {"admin_key": "5ddc9141c35e7700383b2937:a5aa9bd8ea31415c"},
    "telegram": {"token": "123:abc"},
    "webhook": {"url": "https://example.com/hook", "secret": SECRET},
    "wordpress": {"password": "app-password"},
}
NEEDS_AN_IMAGE = {"instagram", "pinterest"}
FIRST_SENDS_THE_IMAGE = {"matrix"}
NAMES_NO_WAIT = {"band", "email", "lemmy", "line", "linkedin", "navercafe"}
NAMES_NO_ADDRESS = {"band", "email", "line", "webhook"}
FLAT = {"discord", "webhook"}
HANGS_ON_THE_FIRST = {"slack"}
TAKES_HTTPS_ONLY = {"line"}
TAKES_ANY_LENGTH = {"blogger", "email", "forem", "ghost", "navercafe", "tumblr", "wordpress"}
SHOWS_WHAT_IT_GOT = {"forem", "linkedin"}  # the source of the text, also where it is cut
REVOKES_NOTHING = {"nostr"}  # a key is nobody's to take back; a relay may refuse its notes
READS_NO_ANSWER = {"webhook"}  # any 2xx is success, by its specification
NAMES = sorted(set(registry.names()) & set(load()))
WITH_IMAGES = [name for name in NAMES if registry.load(name).limits.images]
BOUNDED = [name for name in NAMES if name not in TAKES_ANY_LENGTH]


class Memory:
    """A session cache."""

    def __init__(self) -> None:
        self.value: Json | None = None

    def load(self) -> Json | None:
        return self.value

    def save(self, value: Json) -> None:
        self.value = value

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()


@pytest.fixture(params=NAMES)
def adapter(request: pytest.FixtureRequest, sim: Simulator) -> Platform:
    name = str(request.param)
    account = Account(
        name=name,
        settings=SETTINGS.get(name, {}),
        secrets=SECRETS.get(name, {"token": "alice"}),
        http=Http(connect_timeout=2, read_timeout=5, allow_private_hosts=True),
        session=Memory(),
        api_base=sim.base(name),
        public_url=lambda card: public_url(sim, card),
    )
    return registry.load(name)(account)


def public_url(sim: Simulator, card: Card) -> str:
    """Where the stand-in can get an image."""
    return hosted(sim, card.data)


@cache
def card() -> Card:
    """A small JPEG of a shape that all networks take."""
    return Card(jpeg(), 40, 50, "카드의 설명", "image/jpeg")


def part(adapter: Platform, text: str = TEXT, **more: Any) -> PartRequest:
    request = {"key": str(uuid4()), "created_at": datetime.now(UTC), "language": "ko", **more}
    if adapter.name in NEEDS_AN_IMAGE:
        return with_card(adapter, PartRequest(text=text, **request))
    return PartRequest(text=text, **request)


def with_card(adapter: Platform, request: PartRequest) -> PartRequest:
    return replace(request, cards=(card(),), uploads=(adapter.upload(card()),))


def test_the_account_is_known(adapter: Platform) -> None:
    assert adapter.check().id


def test_a_post_arrives_as_written(adapter: Platform, sim: Simulator) -> None:
    receipt = adapter.publish(part(adapter))
    (post,) = sim.posts(adapter.name)
    assert (post.id, post.text) == (receipt.id, TEXT)
    assert (receipt.url is None) is (adapter.name in NAMES_NO_ADDRESS)


@pytest.mark.parametrize("adapter", WITH_IMAGES, indirect=True)
def test_a_card_arrives_with_its_alt_text(adapter: Platform, sim: Simulator) -> None:
    if adapter.name in TAKES_HTTPS_ONLY:
        adapter.account = replace(adapter.account, public_url=lambda _: "https://example.com/a.jpg")
    adapter.publish(with_card(adapter, part(adapter)))
    (image,) = sim.posts(adapter.name)[0].media
    assert image.size in {len(card().data), 0 if adapter.name in TAKES_HTTPS_ONLY else -1}
    assert image.alt == ("" if adapter.limits.alt is None else "카드의 설명")


def test_a_thread_hangs_together(adapter: Platform, sim: Simulator) -> None:
    root = adapter.publish(part(adapter, "첫 번째"))
    second = adapter.publish(part(adapter, "두 번째", root=root, parent=root))
    adapter.publish(part(adapter, "세 번째", root=root, parent=second))
    hung = [post.reply_to for post in sim.posts(adapter.name)]
    if adapter.name in FLAT or not adapter.limits.thread:
        assert hung == [None, None, None]
    elif adapter.name in HANGS_ON_THE_FIRST:
        assert hung == [None, root.id, root.id]
    else:
        assert hung == [None, root.id, second.id]


@pytest.mark.parametrize("fault", ["drop", "error_after"])
def test_a_lost_answer_is_unknown_and_can_be_found(
    adapter: Platform, sim: Simulator, fault: str
) -> None:
    request = part(adapter)
    if adapter.name in WITH_IMAGES and adapter.name not in FIRST_SENDS_THE_IMAGE | TAKES_HTTPS_ONLY:
        request = with_card(adapter, request)
    sim.fault(adapter.name, fault)
    with pytest.raises(Unknown):
        adapter.publish(request)
    (post,) = sim.posts(adapter.name)
    if adapter.recovery.read_back:
        found = adapter.find(request)
        assert found is not None
        assert found.id == post.id
        assert adapter.find(part(adapter, "etwas anderes")) is None
    if adapter.recovery.key_lifetime:
        assert again(adapter, request) == post.id
        assert len(sim.posts(adapter.name)) == 1


def again(adapter: Platform, request: PartRequest) -> str:
    """Publish once more; a network may say that it has it already."""
    try:
        return adapter.publish(request).id
    except Duplicate as duplicate:
        return duplicate.receipt.id if duplicate.receipt else ""


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [("throttle", Throttled), ("error", Unknown), ("garbage", Unknown), ("revoke", Unauthorized)],
)
def test_faults_are_understood(
    adapter: Platform, sim: Simulator, fault: str, outcome: type[PlatformError]
) -> None:
    request = part(adapter)
    sim.fault(adapter.name, fault, seconds=60)
    if fault == "garbage" and adapter.name in READS_NO_ANSWER:
        assert adapter.publish(request).id
        return
    if fault == "revoke" and adapter.name in REVOKES_NOTHING:
        outcome = Rejected
    with pytest.raises(outcome) as caught:
        adapter.publish(request)
    assert sim.posts(adapter.name) == []
    if isinstance(caught.value, Throttled) and adapter.name not in NAMES_NO_WAIT:
        assert caught.value.seconds is not None
        assert 58 <= caught.value.seconds <= 62


@pytest.mark.parametrize("adapter", BOUNDED, indirect=True)
def test_a_text_at_the_limit_fits_and_one_beyond_does_not(
    adapter: Platform, sim: Simulator
) -> None:
    weigh = {Unit.WEIGHTED: 2, Unit.BYTES: 3}  # of one Hangul syllable
    ours, theirs = adapter.limits, sim.network(adapter.name).limits
    adapter.publish(part(adapter, "가" * (ours.text // weigh.get(ours.unit, 1))))
    with pytest.raises(Rejected):
        adapter.publish(part(adapter, "나" * (theirs.text // weigh.get(theirs.unit, 1) + 1)))
    assert len(sim.posts(adapter.name)) == 1


def test_a_post_is_taken_down_once_and_again(adapter: Platform, sim: Simulator) -> None:
    receipt = adapter.publish(part(adapter))
    if type(adapter).delete is Platform.delete:
        with pytest.raises(Rejected, match="by hand"):
            adapter.delete(receipt)
        return
    adapter.delete(receipt)
    adapter.delete(receipt)
    (post,) = sim.posts(adapter.name)
    assert post.deleted


def test_reactions_are_those_of_the_network(adapter: Platform, sim: Simulator) -> None:
    receipt = adapter.publish(part(adapter))
    (post,) = sim.posts(adapter.name)
    theirs, told = asdict(sim.network(adapter.name).metrics(post)), asdict(adapter.metrics(receipt))
    known = {name: count for name, count in told.items() if count is not None}
    assert known == {name: theirs[name] for name in known}
    assert bool(known) is (type(adapter).metrics is not Platform.metrics)


def test_what_the_network_says_of_the_text_is_what_was_sent(
    adapter: Platform, sim: Simulator
) -> None:
    request = part(adapter)
    shown = adapter.publish(request).text
    assert altered(adapter.wire_text(request), shown) is None
    if shown is not None and adapter.name not in SHOWS_WHAT_IT_GOT:
        sim.fault(adapter.name, "cut", seconds=0)
        request = part(adapter, TEXT + " 다시")
        if shown := adapter.publish(request).text:
            assert altered(adapter.wire_text(request), shown)
