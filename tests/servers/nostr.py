"""A Nostr relay: nostr-relay, on SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tests.servers.installed import python_environment
from tests.servers.process import serving
from websockets.sync.client import connect

LARGEST = 4096  # characters of an event's content


@dataclass(frozen=True)
class RelayServer:
    """A running relay."""

    port: int

    @property
    def base(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def events(self, author: str) -> list[Any]:
        """List what an author (hexadecimal key) has published, oldest first."""
        found = []
        with connect(self.base) as connection:
            connection.send(json.dumps(["REQ", "all", {"authors": [author]}]))
            while (said := json.loads(connection.recv(10)))[0] == "EVENT":
                found.append(said[2])
        return sorted(found, key=lambda event: int(event["created_at"]))


@contextmanager
def relay(folder: Path) -> Iterator[RelayServer]:
    """Run a relay in `folder`."""
    programs = python_environment("nostr-relay", "nostr-relay==1.14")
    config = folder / "relay.yaml"

    def command(port: int) -> list[str | Path]:
        config.write_text(yaml.safe_dump(_config(folder, port)))
        return [programs / "nostr-relay", "--config", config, "serve", "--use-uvicorn"]

    with serving(folder, command) as port:
        yield RelayServer(port)


def _config(folder: Path, port: int) -> dict[str, Any]:
    checks = ["is_not_too_large", "is_signed", "is_recent"]
    return {
        "DEBUG": False,
        "storage": {
            "sqlalchemy.url": f"sqlite+aiosqlite:///{folder / 'nostr.sqlite3'}",
            "validators": [f"nostr_relay.validators.{check}" for check in checks],
        },
        "gunicorn": {"bind": f"127.0.0.1:{port}", "loglevel": "warning"},
        "max_event_size": LARGEST,
        "message_timeout": 1800,
        "subscription_limit": 32,
        "max_limit": 6000,
    }
