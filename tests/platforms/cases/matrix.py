"""Matrix, after the client-server specification."""

from __future__ import annotations

from datetime import datetime

from tests.platforms.case import KEY, Case, Failure
from tests.platforms.network import Reply, Route

from socialpipe.errors import Rejected, Throttled, Unauthorized
from socialpipe.model import Receipt

ROOM = "/_matrix/client/v3/rooms/%21room%3Aserver.example"
SEND = f"{ROOM}/send/m.room.message"


def no(status: int, code: str, **more: object) -> Reply:
    return Reply(status, {"errcode": code, "error": f"It is {code}", **more})


def own(text: str, at: datetime) -> dict[str, Route]:
    del text, at
    ours = {"event_id": "$e1", "unsigned": {"transaction_id": KEY}}
    return {f"GET {ROOM}/messages": Reply(body={"chunk": [{"event_id": "$e0"}, ours]})}


CASE = Case(
    create=f"PUT {SEND}/{KEY}",
    routes={
        "GET /_matrix/client/v3/account/whoami": Reply(body={"user_id": "@bot:server.example"}),
        f"GET {ROOM}/state/m.room.encryption/": no(404, "M_NOT_FOUND"),
        "POST /_matrix/media/v3/upload": Reply(body={"content_uri": "mxc://server.example/1"}),
        f"PUT {SEND}/{KEY}": Reply(body={"event_id": "$e1"}),
        f"PUT {SEND}/{KEY}-i0": Reply(body={"event_id": "$i0"}),
        f"GET {ROOM}/messages": Reply(body={"chunk": []}),
    },
    receipt=Receipt("$e1", "https://matrix.to/#/!room:server.example/$e1"),
    text_of=lambda request: request.json["body"],
    settings={"room_id": "!room:server.example"},
    secrets={"token": "matrix-SECRET"},
    identity="@bot:server.example",
    alt_in=f"PUT {SEND}/{KEY}-i0",
    own=own,
    unauthorized=no(401, "M_UNKNOWN_TOKEN", soft_logout=True),
    failures=(
        Failure(no(429, "M_LIMIT_EXCEEDED", retry_after_ms=2000), Throttled),
        Failure(no(403, "M_FORBIDDEN"), Rejected, "M_FORBIDDEN"),
        Failure(no(403, "M_MISSING_TOKEN"), Unauthorized),
    ),
)
