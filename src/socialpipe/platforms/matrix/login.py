"""Logging in to a Matrix homeserver."""

from __future__ import annotations

from collections.abc import Mapping

from socialpipe.platforms.base import Platform


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
