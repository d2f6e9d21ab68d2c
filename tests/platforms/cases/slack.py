"""Slack, after its documentation; an incoming webhook answers in plain text."""

from __future__ import annotations

from datetime import datetime
from html import escape

from tests.platforms.case import KEY, TEXT, Case, Failure
from tests.platforms.network import Reply, Request, Route

from socialpipe.errors import Rejected, Throttled, Unauthorized, Unknown
from socialpipe.model import Receipt

TS = "1795424401.000100"
LINK = "https://brand.slack.example/archives/C123/p1795424401000100"


def no(error: str) -> Reply:
    return Reply(200, {"ok": False, "error": error})


def place(request: Request) -> Reply:
    upload = f"http://{request.headers['Host']}/upload/v1/abc"
    return Reply(body={"ok": True, "upload_url": upload, "file_id": "F1"})


def own(text: str, at: datetime) -> dict[str, Route]:
    del at
    metadata = {"event_type": "socialpipe_post", "event_payload": {"key": KEY}}
    messages = [{"ts": "1", "text": "…"}, {"ts": TS, "text": text, "metadata": metadata}]
    return {"GET /api/conversations.history": Reply(body={"ok": True, "messages": messages})}


CASE = Case(
    create="POST /api/chat.postMessage",
    routes={
        "POST /api/auth.test": Reply(body={"ok": True, "user_id": "U1", "user": "bot"}),
        "POST /api/files.getUploadURLExternal": place,
        "POST /upload/v1/abc": Reply(200, b"OK - 20"),
        "POST /api/files.completeUploadExternal": Reply(body={"ok": True, "files": [{"id": "F1"}]}),
        "POST /api/chat.postMessage": Reply(body={"ok": True, "channel": "C123", "ts": TS}),
        "GET /api/chat.getPermalink": Reply(body={"ok": True, "permalink": LINK}),
        "GET /api/conversations.history": Reply(body={"ok": True, "messages": []}),
    },
    receipt=Receipt(TS, LINK),
    text_of=lambda request: request.json["text"],
    text=escape(TEXT, quote=False),
    secrets={"token": "xoxb-SECRET"},
    settings={"channel": "C123"},
    identity="U1",
    alt_in="POST /api/files.getUploadURLExternal",
    unauthorized=no("token_revoked"),
    own=own,
    failures=(
        Failure(Reply(200, {"channel": "C123", "ts": TS}), Unknown),  # it says nothing of ok
        Failure(no("ratelimited"), Throttled),
        Failure(no("invalid_auth"), Unauthorized),
        Failure(no("internal_error"), Unknown),
        Failure(no("channel_not_found"), Rejected, "channel_not_found"),
    ),
)

WEBHOOK = Case(
    create="POST /services/T1/B1/SECRET-x",
    routes={"POST /services/T1/B1/SECRET-x": Reply(200, b"ok", {"Content-Type": "text/html"})},
    receipt=Receipt(KEY),
    text_of=lambda request: request.json["text"],
    text=escape(TEXT, quote=False),
    secrets={"webhook_url": "https://hooks.slack.example/services/T1/B1/SECRET-x"},
    tokens=("SECRET-x",),
    identity="webhook",
    images="url",
    alt_in="POST /services/T1/B1/SECRET-x",
    checks=False,
    unauthorized=Reply(404, b"no_service"),
    failures=(
        Failure(Reply(400, b"invalid_payload"), Rejected),
        Failure(Reply(410, b"channel_is_archived"), Rejected),
        Failure(Reply(500, b"rollup_error"), Unknown),
    ),
)
