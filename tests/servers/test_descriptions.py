"""Requests of the adapters, held against published descriptions of the APIs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import pytest
from tests.platforms.case import CARD as PICTURE
from tests.platforms.case import KEY, case_of, media_url, part
from tests.servers.described import models, openapi, schemas
from tests.servers.recorded import Recorded, recorded

from socialpipe.model import Receipt
from socialpipe.platforms import poll
from socialpipe.platforms.nostr.event import DELETION, note, signed

pytestmark = pytest.mark.timeout(900)  # the first one on a machine installs the descriptions

Judge = Callable[[Sequence[Recorded]], list[str]]
WRONG = object()  # in the place of a value: it is left out

# Who judges which platform, and a change that makes its creating call wrong.
JUDGED: dict[Judge, dict[str, tuple[tuple[str | int, ...], Any]]] = {
    openapi: {
        "x": (("body", "txet"), "typo"),
        "slack": (("body", "channel"), WRONG),
        "blogger": (("body", "title"), 7),
        "forem": (("body", "article", "title"), 7),
    },
    models: {
        "x": (("body", "media"), {"media_ids": 7}),
        "telegram": (("body", "chat_id"), WRONG),
        "line": (("body", "messages", 0, "text"), WRONG),
        "pinterest": (("body", "title"), "가" * 101),
        "slack": (("body", "blocks", 0, "text", "text"), "가" * 3001),
        "slack-webhook": (("body", "blocks", 0, "text", "type"), "html"),
        "webhook": (("headers", "Webhook-Id"), "msg_other"),
        "nostr": (("body", "sig"), "00"),
    },
    schemas: {
        "discord": (("body", "content"), "가" * 2001),
        "discord-bot": (("body", "attachments"), [{"id": 7}]),
        "ghost": (("body", "posts", 0, "status"), "out"),
    },
}
# What no judge of the platform knows.
UNDESCRIBED = {
    "slack POST /api/auth.test",  # described as GET; the server takes both
    "slack POST /api/files.completeUploadExternal",  # newer than the description
    "slack POST /api/files.getUploadURLExternal",
    "slack POST /upload/v1/abc",
    "line GET /v2/bot/info",
    "line GET /v2/bot/insight/message/event",
    "pinterest DELETE /v5/pins/8123",
    "pinterest GET /v5/boards/55/pins",
    "pinterest GET /v5/pins/8123/analytics",
    "pinterest GET /v5/user_account",
    "ghost DELETE /ghost/api/admin/posts/63/",
    "ghost GET /ghost/api/admin/posts/",
    f"ghost GET /ghost/api/admin/posts/slug/sp-{KEY.replace('-', '')[:20]}/",
    "ghost GET /ghost/api/admin/site/",
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "PAUSE", 0)


def requests(name: str) -> list[Recorded]:
    return events() if name == "nostr" else recorded(name)


def events() -> list[Recorded]:
    """Notes as they go to a relay."""
    secret, root = bytes(31) + b"\3", Receipt("a" * 64)
    made = [part(), part(cards=(PICTURE,)), part(root=root, parent=root)]
    bodies = [note(secret, one, [media_url(card) for card in one.cards]) for one in made]
    gone = [["e", bodies[0]["id"]], ["k", "1"]]
    bodies.append(signed(secret, 1_795_424_400, gone, "", DELETION))
    return [Recorded("nostr", "EVENT", "", {}, {}, body, "") for body in bodies]


def spoiled(good: list[Recorded], judge: Judge, name: str) -> Recorded:
    """Put the wrong value into the last of the creating calls with a card or without."""
    steps, value = JUDGED[judge][name]
    create = "EVENT " if name == "nostr" else case_of(name).create
    creating = [r.wire() for r in good if re.fullmatch(create, f"{r.method} {r.path}")]
    changed: Any = deepcopy([wire for wire in creating if reaches(wire, steps[:-1])][-1])
    target = changed
    for step in steps[:-1]:
        target = target[step]
    if value is WRONG:
        del target[steps[-1]]
    else:
        target[steps[-1]] = value
    return Recorded(**changed)


def reaches(value: Any, steps: Sequence[str | int]) -> bool:
    for step in steps:
        if isinstance(value, dict) and step not in value:
            return False
        value = value[step]
    return True


def test_requests_are_as_described_and_wrong_ones_are_noticed() -> None:
    known, unknown = set[str](), set[str]()
    faults = list[str]()
    for judge, platforms in JUDGED.items():
        good = {name: requests(name) for name in platforms}
        bad = [spoiled(good[name], judge, name) for name in platforms]
        asked = [request for name in platforms for request in good[name]]
        verdicts = judge([*asked, *bad])
        for request, verdict in zip(asked, verdicts, strict=False):
            (unknown if verdict == "unknown" else known).add(request.operation)
            if verdict not in {"", "unknown"}:
                faults.append(f"{judge.__name__} {request.operation}: {verdict}")
        for request, verdict in zip(bad, verdicts[len(asked) :], strict=True):
            assert verdict not in {"", "unknown"}, f"{judge.__name__} takes {request}"
    assert faults == []
    assert unknown - known == UNDESCRIBED
