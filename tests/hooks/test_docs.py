"""What docs/webhooks.md says is so: its snippet verifies, its table is complete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.engine.stage import schedule
from tests.hooks.conftest import SECRET, Receiver

from socialpipe.model import Channel
from socialpipe.platforms.webhook import signature
from socialpipe.schedule.topics import Topic
from socialpipe.store import Store
from socialpipe.store.hooks import Hook, Message

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def snippet(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert match is not None
    return match[1]


@pytest.fixture
def verify() -> Callable[..., bool]:
    names: dict[str, Any] = {}
    exec(snippet("python"), names)
    found: Callable[..., bool] = names["verify"]
    return found


def test_the_snippet_accepts_what_we_send(
    store: Store, channel: Channel, hook: Hook, receiver: Receiver,
    tell: Callable[[], list[Message]], verify: Callable[..., bool],
) -> None:  # fmt: skip
    store.deliveries.cancel(schedule(store, channel, "Hello."))
    tell()
    (request,) = receiver.network.requests
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert verify(SECRET, headers, request.body)
    assert not verify(SECRET, headers, request.body + b" ")
    assert not verify(SECRET, {**headers, "webhook-id": "msg_other"}, request.body)
    old = str(int(headers["webhook-timestamp"]) - 301)
    assert not verify(SECRET, {**headers, "webhook-timestamp": old}, request.body)
    keys = set(json.loads(snippet("json"))["data"])
    assert keys == set(request.json["data"])


def test_the_snippet_and_ours_agree_with_the_specification(verify: Callable[..., bool]) -> None:
    # The example of the Standard Webhooks reference libraries.
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    number, sent = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature(secret, number, sent, body) == good
    headers = {
        "webhook-id": number, "webhook-timestamp": str(sent), "webhook-signature": f"v1,x {good}",
    }  # fmt: skip
    assert verify(secret, headers, body, tolerance=1e12)
    assert not verify(secret, headers, body)


def test_every_event_is_listed() -> None:
    assert set(re.findall(r"^\| `(?:delivery|channel)\.(\w+)`", PAGE, re.MULTILINE)) == set(Topic)
