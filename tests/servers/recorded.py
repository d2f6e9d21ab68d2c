"""Every kind of call that an adapter makes, as it goes over the wire."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from tests.platforms.case import CARD, CARD_2, adapter, case_of, part, publish_on
from tests.platforms.fuzz.canned import everything
from tests.platforms.network import Network, Request

from socialpipe.errors import PlatformError
from socialpipe.model import Json
from socialpipe.platforms.base import Platform


@dataclass(frozen=True)
class Recorded:
    """One request; `body` is what it says, `raw` its bytes in base64."""

    platform: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    raw: str

    @property
    def operation(self) -> str:
        return f"{self.platform} {self.method} {self.path}"

    def wire(self) -> Json:
        return asdict(self)


def recorded(name: str) -> list[Recorded]:
    """Make all calls that the platform `name` knows, on a network where they go well."""
    with Network(everything(name)) as net:
        for call in calls(name, adapter(name, net.base)):
            with suppress(PlatformError):  # not every platform knows every call
                call()
    return [_read(name, request) for request in net.requests]


def calls(name: str, platform: Platform) -> Iterator[Callable[[], object]]:
    case = case_of(name)
    yield platform.check
    yield platform.own_limits
    for cards in (case.cards, (CARD,), (CARD, CARD_2)):
        yield partial(publish_on, platform, part(cards=cards))
    reply = part(root=case.receipt, parent=case.receipt, cards=case.cards)
    yield lambda: publish_on(platform, reply)
    yield lambda: platform.find(part(cards=case.cards))
    yield lambda: platform.comment(case.receipt, "#태그")
    yield lambda: platform.metrics(case.receipt)
    yield lambda: platform.delete(case.receipt)


def _read(name: str, request: Request) -> Recorded:
    headers = {key.title(): value for key, value in request.headers.items()}
    return Recorded(
        platform=name,
        method=request.method,
        path=request.path,
        query=dict(request.query),
        headers=headers,
        body=said(headers.get("Content-Type", ""), request.body),
        raw=b64encode(request.body).decode(),
    )


def said(kind: str, body: bytes) -> Any:
    """Read JSON, a form or a multipart form, the images in it by their names; None for bytes."""
    if kind.startswith("application/json"):
        return json.loads(body)
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    if kind.startswith("multipart/form-data"):
        return dict(_pieces(kind, body))
    return None


def _pieces(kind: str, body: bytes) -> Iterator[tuple[str, str]]:
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    form = message_from_bytes(head + body, EmailMessage, policy=policy.HTTP)
    for piece in form.iter_parts():
        given = piece["Content-Disposition"].params
        content = piece.get_payload(decode=True)
        assert isinstance(content, bytes)
        is_image = piece.get_content_maintype() == "image"
        yield given["name"], given["filename"] if is_image else content.decode()
