"""The way into a Lemmy instance."""

from __future__ import annotations

from socialpipe.model import Json
from socialpipe.platforms.base import Platform


def log_in(lemmy: Platform, username: str, password: str) -> dict[str, str]:
    """Trade user and password for a token; the password is not kept."""
    body: Json = {"password": password, "username_or_email": username}
    path = "/api/v3/user/login"
    if lemmy.setting("api") == "v4":
        path, body = "/api/v4/account/auth/login", body | {"stay_logged_in": True}
    url, secrets = lemmy.base + path, [password]
    answer = lemmy.http.call("POST", url, creates=False, json=body, secrets=secrets)
    return {"token": answer.id("jwt")}
