"""The receiver of signed webhooks."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import pytest
import requests
from tests.simulator.client import Client

from socialpipe.simulator import Simulator
from socialpipe.simulator.networks.webhook import SECRET


def event(client: Client, number: str = "msg_1", **changes: Any) -> requests.Response:
    body = json.dumps({"type": "post.published", "data": {"text": "글"}}).encode()
    sent = str(changes.get("sent", int(time.time())))
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{number}.{sent}.".encode() + body, "sha256")
    signature = f"{changes.get('before', '')}v1,{base64.b64encode(digest).decode()}"
    headers = {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": sent,
        "webhook-signature": changes.get("signature", signature),
    }
    return client.post("webhook", changes.get("path", "/hook"), data=body, headers=headers)


def test_a_webhook_event_counts_once(client: Client, sim: Simulator) -> None:
    assert [event(client).status_code for _ in range(2)] == [200, 200]
    assert [(post.id, post.text) for post in sim.posts()] == [("msg_1", "글")]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"signature": "v1,AAAA"}, 401),
        ({"signature": ""}, 401),
        ({"sent": 1}, 401),
        ({"number": ""}, 401),
        ({"path": "/bad-hook"}, 410),
    ],
)
def test_a_webhook_must_be_signed_and_fresh(
    client: Client, sim: Simulator, changes: dict[str, Any], status: int
) -> None:
    assert event(client, **changes).status_code == status
    assert sim.posts() == []


def test_a_webhook_may_carry_several_signatures(client: Client, sim: Simulator) -> None:
    assert event(client, before="v1,AAAA v1a,BBBB ").status_code == 200
    assert len(sim.posts()) == 1
