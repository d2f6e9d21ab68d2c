"""Bluesky's own server (PDS), with the directory of identities (PLC) that it needs."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from tests.servers.installed import node_environment, node_home, run
from tests.servers.process import free_port, serving

PASSWORD = "correct horse"
POSTS = "app.bsky.feed.post"
PACKAGES = ("@atproto/pds@0.5.35", "@did-plc/server@0.0.1", "@did-plc/lib@0.0.4")

# The directory keeps its data in memory, so a server is always a new one.
START = """
import plc from '@did-plc/server'
import { PDS } from '@atproto/pds'
const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: +process.env.PLC_PORT })
await directory.start()
await PDS.run() // until it is told to end
process.exit()
"""


@dataclass(frozen=True)
class BlueskyAccount:
    """One account on the running server."""

    port: int
    handle: str
    did: str

    def records(self) -> list[Any]:
        """List the account's posts, oldest first: uri, cid and value each."""
        query = f"repo={self.did}&collection={POSTS}&limit=100&reverse=true"
        url = f"http://127.0.0.1:{self.port}/xrpc/com.atproto.repo.listRecords?{query}"
        records: list[Any] = requests.get(url, timeout=20).json()["records"]
        return records


def missing() -> str:
    """Name what a machine lacks to build the server; "" where nothing does."""
    compilers = ("c++", "g++", "clang++")
    if not any(map(shutil.which, compilers)):
        return "no C++ compiler to build better-sqlite3 with"
    return "" if shutil.which("make") else "no make to build better-sqlite3 with"


@contextmanager
def bluesky(folder: Path) -> Iterator[int]:
    """Run directory and server with their data in `folder`; yields the server's port."""
    home = node_environment("bluesky-pds", *PACKAGES, finish=_compile)

    (folder / "pds").mkdir()

    def command(port: int) -> list[str | Path]:
        node = node_home(home) / "bin" / "node"
        return ["env", *_settings(folder, port), node, "--input-type=module", "-e", START]

    with serving(folder, command, cwd=home) as port:
        yield port


def new_account(port: int) -> BlueskyAccount:
    """Sign up somebody new."""
    handle = f"poster-{secrets.token_hex(4)}.test"
    body = {"handle": handle, "email": f"{handle}@blog.example", "password": PASSWORD}
    url = f"http://127.0.0.1:{port}/xrpc/com.atproto.server.createAccount"
    answer = requests.post(url, json=body, timeout=30)
    answer.raise_for_status()
    return BlueskyAccount(port, handle, str(answer.json()["did"]))


def _compile(home: Path, environment: Mapping[str, str]) -> None:
    found = {**environment, "npm_config_nodedir": str(node_home(home))}
    run(["npm", "rebuild", "--prefix", home, "better-sqlite3", "--build-from-source"], found)


def _settings(folder: Path, port: int) -> list[str]:
    directory = free_port()
    values = {
        "PLC_PORT": directory,
        "PDS_PORT": port,
        "PDS_HOSTNAME": "localhost",
        "PDS_DID_PLC_URL": f"http://127.0.0.1:{directory}",
        "PDS_DATA_DIRECTORY": folder / "pds",
        "PDS_BLOBSTORE_DISK_LOCATION": folder / "blobs",
        "PDS_SERVICE_HANDLE_DOMAINS": ".test",
        "PDS_JWT_SECRET": secrets.token_hex(16),
        "PDS_ADMIN_PASSWORD": secrets.token_hex(16),
        "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": secrets.token_hex(32),
        "PDS_INVITE_REQUIRED": "false",
        "PDS_DEV_MODE": "true",
        "LOG_ENABLED": "false",
    }
    return [f"{name}={value}" for name, value in values.items()]
