"""What one platform gives to the contract suite, and how the suite makes its adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib import import_module
from typing import Any

from tests.platforms.network import Act, Network, Reply, Request, Route

from socialpipe.errors import PlatformError
from socialpipe.model import Card, Json, Receipt
from socialpipe.platforms import registry
from socialpipe.platforms.base import Account, PartRequest, Platform
from socialpipe.platforms.http import Http
from socialpipe.platforms.places import taking

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
LINK = "https://blog.example/seoul/1"
TEXT = f"서울 여행 체크리스트 ✅ & <b> 👨‍👩‍👧‍👦\n\n둘째 줄 {LINK}\n\n#서울여행 #체크리스트"
KEY = "0b9f2a52-8f5e-4c1c-9a55-6b7b0b7f6f10"
CARD = Card(b"\xff\xd8\xff\xe0 picture one", 1200, 675, "카드의 대체 텍스트")
CARD_2 = Card(b"\xff\xd8\xff\xe0 picture two", 1200, 675, "둘째 카드")


@dataclass(frozen=True)
class Failure:
    """What the network says to the creating call, and the outcome that this is."""

    reply: Reply
    outcome: type[PlatformError]
    says: str = ""  # part of the error's text


@dataclass(frozen=True)
class Case:
    """One platform: recorded bodies, and what is to be read from them."""

    create: str  # route of the creating call
    routes: Mapping[str, Route]  # a network on which all goes well
    receipt: Receipt
    text_of: Callable[[Request], object]  # what the creating call says to readers
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    tokens: tuple[str, ...] = ()  # short-lived secrets of the session
    identity: str = ""
    failures: tuple[Failure, ...] = ()
    text: object = TEXT  # what text_of must be equal to
    card_create: str = ""  # where the creating call with a card goes, if elsewhere
    alt_in: str = ""  # route whose request carries the alt text; "" where there is no field
    own: Callable[[str, datetime], Mapping[str, Route]] | None = None  # own posts, for find
    unauthorized: Reply = field(default_factory=lambda: Reply(401, {"error": "invalid token"}))
    images: str = "bytes"  # how images go out: bytes, base64, url or none
    cards: tuple[Card, ...] = ()  # what every post needs
    reads_answer: bool = True  # False: the status alone tells
    checks: bool = True  # False: check makes no call


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


def case_of(name: str) -> Case:
    """Find the case of a platform, or of its other way to publish: "slack-webhook"."""
    platform, _, variant = name.partition("-")
    module = import_module(f"tests.platforms.cases.{platform}")
    case: Case = getattr(module, variant.upper() or "CASE")
    return case


def media_url(card: Card) -> str:
    return f"https://media.example/{sha256(card.data).hexdigest()}.jpg"


def http(**options: Any) -> Http:
    defaults = {"connect_timeout": 2.0, "read_timeout": 5.0, "allow_private_hosts": True}
    return Http(**{**defaults, **options})


def adapter(name: str, base: str, client: Http | None = None) -> Platform:
    case = case_of(name)
    base_settings = {key: value.replace("{base}", base) for key, value in case.settings.items()}
    base_secrets = {key: value.replace("{base}", base) for key, value in case.secrets.items()}
    account = Account(
        name, base_settings, base_secrets, client or http(), Memory(), base, media_url
    )
    return registry.load(name.partition("-")[0])(account)


def receipt_of(name: str, base: str) -> Receipt:
    """Say what the network `name` at `base` is expected to give."""
    receipt = case_of(name).receipt
    return replace(receipt, url=receipt.url and receipt.url.replace("{base}", base))


def publish_on(platform: Platform, request: PartRequest) -> Receipt:
    """Upload and publish, as the engine does."""
    uploads = tuple(platform.upload(card) for card in request.cards)
    return platform.publish(replace(request, uploads=uploads))


def part(**changes: Any) -> PartRequest:
    request = PartRequest(
        text=TEXT,
        key=KEY,
        created_at=NOW,
        language="ko",
        link=LINK,
        title="서울 여행 체크리스트",
        hashtags=("서울여행", "체크리스트"),
    )
    return replace(request, **changes)


def network(name: str, **changes: Act) -> Network:
    """The good network of a platform; `create` replaces the answer to the creating call."""
    case = case_of(name)
    if "create" in changes:
        return Network({**case.routes, case.create: changes["create"]})
    return Network(case.routes)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note how this thread's calls take places, and give them back."""
    held: list[str] = []

    @contextmanager
    def place() -> Iterator[None]:
        held.append("in")
        try:
            yield
        finally:
            held.append("out")

    with taking(place):
        yield held
