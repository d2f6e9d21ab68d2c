"""Matrix's own homeserver, Synapse, with one room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
import yaml
from tests.servers.installed import python_environment, run
from tests.servers.process import serving

CLIENT = "/_matrix/client/v3"
USER, PASSWORD = "poster", "correct horse"
UNLIMITED = {"per_second": 1000, "burst_count": 1000}


@dataclass(frozen=True)
class Homeserver:
    """A running homeserver."""

    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def login(self) -> str:
        """Log in as a new device; return its access token."""
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": USER},
            "password": PASSWORD,
        }
        return str(self.call("POST", "/login", "", body)["access_token"])

    def room(self, token: str, *, encrypted: bool = False) -> str:
        """Make a room."""
        state = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        body = {"initial_state": [state] if encrypted else []}
        return str(self.call("POST", "/createRoom", token, body)["room_id"])

    def messages(self, token: str, room: str) -> list[Any]:
        """List the contents of a room's messages, oldest first."""
        path = f"/rooms/{quote(room, safe='')}/messages?dir=f&limit=100"
        chunk = self.call("GET", path, token)["chunk"]
        return [event["content"] for event in chunk if event["type"] == "m.room.message"]

    def call(self, method: str, path: str, token: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = self.base + CLIENT + path
        answer = requests.request(method, url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def homeserver(folder: Path) -> Iterator[Homeserver]:
    """Run a homeserver with one user in `folder`."""
    programs = python_environment("matrix-synapse", "matrix-synapse==1.163.0")
    config = folder / "homeserver.yaml"
    serve: list[str | Path] = [programs / "python", "-m", "synapse.app.homeserver", "-c", config]
    generate = ["--generate-config", "--report-stats=no", "--server-name", "localhost"]
    run([*serve, *generate, "--config-directory", folder, "--data-directory", folder], cwd=folder)

    def command(port: int) -> list[str | Path]:
        _configure(config, port)
        return serve

    with serving(folder, command) as port:
        register = programs / "register_new_matrix_user"
        who = ["-u", USER, "-p", PASSWORD, "--no-admin"]
        run([register, "-c", config, *who, f"http://127.0.0.1:{port}"])
        yield Homeserver(port)


def _configure(config: Path, port: int) -> None:
    """Listen on loopback only, ask nobody else, and let tests go as fast as they like."""
    given = yaml.safe_load(config.read_text())
    listener = {"port": port, "bind_addresses": ["127.0.0.1"], "tls": False, "type": "http"}
    resources = {"resources": [{"names": ["client"], "compress": False}]}
    given |= {"listeners": [listener | resources], "trusted_key_servers": []}
    given["database"] = {"name": "sqlite3", "args": {"database": ":memory:"}}
    given |= {"rc_message": UNLIMITED, "rc_room_creation": UNLIMITED}
    given["rc_login"] = dict.fromkeys(("address", "account", "failed_attempts"), UNLIMITED)
    config.write_text(yaml.safe_dump(given))
