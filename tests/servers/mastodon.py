"""A Mastodon of others' making: mastodon-mock keeps what it is told and fails when asked to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from tests.servers.installed import python_environment
from tests.servers.process import serving

TOKEN = "mock_token"  # of the account that it starts with


@dataclass(frozen=True)
class MastodonServer:
    """A running server; `statuses` are what its one account has published, oldest first."""

    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reset(self) -> None:
        self._call("POST", "/api/v1/_mock/reset")
        self._call("DELETE", "/api/v1/_mock/faults")

    def fault(self, effect: str, *, path: str = "/api/v1/statuses", **more: Any) -> None:
        """Let the next POST to `path` fail: ratelimit, status, malformed, timeout or latency."""
        match = {"methods": ["POST"], "path": path}
        rule = {"match": match, "effect": {"type": effect, **more}, "count": 1}
        self._call("POST", "/api/v1/_mock/faults", json=rule)

    def statuses(self) -> list[Any]:
        me = self._call("GET", "/api/v1/accounts/verify_credentials")["id"]
        newest: list[Any] = self._call("GET", f"/api/v1/accounts/{me}/statuses?limit=40")
        return sorted(newest, key=lambda status: int(status["id"]))

    def source(self, status: str) -> str:
        """The text of a status as it was sent."""
        return str(self._call("GET", f"/api/v1/statuses/{status}/source")["text"])

    def _call(self, method: str, path: str, json: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.request(method, self.base + path, json=json, headers=headers, timeout=20)
        answer.raise_for_status()
        return answer.json() if answer.content else None


@contextmanager
def mastodon(folder: Path) -> Iterator[MastodonServer]:
    """Run the server in `folder`."""
    programs = python_environment("mastodon-mock", "mastodon-mock==0.6.1")
    serve: list[str | Path] = [programs / "mastodon_mock", "serve", "--in-memory"]
    with serving(folder, lambda port: [*serve, "--port", str(port)]) as port:
        yield MastodonServer(port)
