"""Limits that a server tells about itself."""

from __future__ import annotations

from typing import Any

import pytest
from tests.platforms.case import adapter
from tests.platforms.network import Network, Reply

from socialpipe.platforms.mastodon import Mastodon

INSTANCE = "GET /api/v2/instance"


def test_larger_instance() -> None:
    statuses = {"max_characters": 5000, "max_media_attachments": 16}
    told = {"configuration": {"statuses": statuses, "media_attachments": {"description_limit": 9}}}
    with Network({INSTANCE: Reply(body=told)}) as instance:
        own = adapter("mastodon", instance.base).own_limits()
    assert (own.text, own.images, own.alt, own.link) == (5000, 16, 9, Mastodon.limits.link)


@pytest.mark.parametrize(
    "told", [None, [], {}, {"configuration": {"statuses": {"max_characters": "many"}}}]
)
def test_instance_that_tells_nothing(told: Any) -> None:
    with Network({INSTANCE: Reply(body=told)}) as instance:
        assert adapter("mastodon", instance.base).own_limits() == Mastodon.limits
