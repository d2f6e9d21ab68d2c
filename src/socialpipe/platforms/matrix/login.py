"""The way into a Matrix homeserver and its rooms."""

from __future__ import annotations

from collections.abc import Mapping

from socialpipe.errors import Rejected
from socialpipe.platforms.base import Platform


def is_encrypted(matrix: Platform, room: str) -> bool:
    """Ask whether a room is end-to-end encrypted; `room` is its path."""
    try:
        matrix.call("GET", f"{room}/state/m.room.encryption/")
    except Rejected as no:
        if no.status == 404:
            return False
        raise
    return True


def log_in(matrix: Platform, given: Mapping[str, str]) -> dict[str, str]:
    """Trade user and password for a token; neither is kept."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": given["user"]},
        "password": given["password"],
        "initial_device_display_name": "socialpipe",
    }
    url, secrets = f"{matrix.base}/_matrix/client/v3/login", [given["password"]]
    answer = matrix.http.call("POST", url, creates=False, json=body, secrets=secrets)
    return {"token": answer.id("access_token")}
