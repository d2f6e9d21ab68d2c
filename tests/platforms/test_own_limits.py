"""Limits that a server tells about itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.platforms.case import adapter
from tests.platforms.network import Network, Reply

from socialpipe.platforms.limits import tells, told
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


@pytest.mark.parametrize(
    ("name", "route", "body", "field", "value"),
    [
        ("misskey", "POST /api/meta", {"maxNoteTextLength": 8000}, "text", 8000),
        ("matrix", "GET /_matrix/client/v1/media/config", {"m.upload.size": 7}, "image_bytes", 7),
        ("matrix", "GET /_matrix/client/v1/media/config", {}, "image_bytes", 10_000_000),
        ("misskey", "POST /api/meta", {"maxNoteTextLength": None}, "text", 3000),
    ],
)
def test_servers_that_tell(name: str, route: str, body: Any, field: str, value: int) -> None:
    with Network({route: Reply(body=body)}) as net:
        platform = adapter(name, net.base)
        assert getattr(platform.own_limits(), field) == value
        assert tells(platform)
        assert told(platform) == ({} if value in {10_000_000, 3000} else {field: value})


def test_bluesky_takes_larger_images_at_home() -> None:
    with Network({}) as net:
        own = adapter("bluesky", net.base)
        assert own.own_limits() == own.limits
        own.account = replace(own.account, api_base=None)
        assert own.own_limits().image_bytes == 1_900_000


@pytest.mark.parametrize(
    ("version", "keys"),
    [
        ("4.5.0", True),
        ("4.6.0-nightly.2026-11-01", True),
        ("2.7.2 (compatible; Pleroma 2.5.0)", False),
        ("3.5.3 (compatible; Pixelfed 0.11.9)", False),
        ("0.17.3+git-1234abc", False),
        ("", False),
    ],
)
def test_a_key_is_trusted_where_it_is_known_to_be_honoured(version: str, keys: bool) -> None:
    with Network({INSTANCE: Reply(body={"version": version})}) as instance:
        platform = adapter("mastodon", instance.base)
        platform.own_limits()
        again = type(platform)(platform.account)
    assert (again.recovery.key_lifetime is not None) is keys
    assert again.recovery.read_back


def test_a_setting_says_so_too() -> None:
    platform = adapter("mastodon", "https://h.example")
    account = replace(platform.account, settings={"keys": "no"})
    assert type(platform)(account).recovery.key_lifetime is None
