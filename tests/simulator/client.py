"""What tests say to the stand-ins, over real HTTP."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import requests

from socialpipe.simulator import Simulator

POST = "app.bsky.feed.post"
TID = "3n2lg2pyg22a7"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(extra: int = 0) -> bytes:
    """A PNG of one pixel, followed by `extra` bytes."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0\xff")) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body + b"\0" * extra


@cache
def jpeg(width: int = 40, height: int = 50) -> bytes:
    """A JPEG of one colour."""
    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(data, "JPEG")
    return data.getvalue()


def hosted(sim: Simulator, data: bytes) -> str:
    """Where a stand-in can get an image by itself."""
    mime = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return f"{sim.url}/_sim/media/{sim.ledger.gallery.put(mime, data)}"


class Client:
    """A caller whose token is `alice`."""

    def __init__(self, sim: Simulator, session: requests.Session, token: str = "alice") -> None:
        self.sim = sim
        self.session = session
        self.headers = {"Authorization": f"Bearer {token}"}

    def call(self, method: str, platform: str, path: str, **content: Any) -> requests.Response:
        content["headers"] = {**self.headers, **content.get("headers", {})}
        url = self.sim.base(platform) + path
        return self.session.request(method, url, timeout=10, **content)

    def get(self, platform: str, path: str, **content: Any) -> requests.Response:
        return self.call("GET", platform, path, **content)

    def post(self, platform: str, path: str, **content: Any) -> requests.Response:
        return self.call("POST", platform, path, **content)

    def tweet(self, text: str, **body: Any) -> requests.Response:
        return self.post("x", "/2/tweets", json={"text": text, **body})

    def toot(self, text: str, key: str | None = None, **body: Any) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return self.post(
            "mastodon", "/api/v1/statuses", json={"status": text, **body}, headers=headers
        )

    def bot(self, method: str, token: str = "123:abc", **content: Any) -> requests.Response:
        return self.post("telegram", f"/bot{token}/{method}", **content)

    def say(self, text: str, **body: Any) -> requests.Response:
        return self.bot("sendMessage", json={"chat_id": "@news", "text": text, **body})


class Pds:
    """A session on the Bluesky stand-in."""

    def __init__(self, client: Client, name: str = "alice.test") -> None:
        self.client = client
        self.session = self.xrpc(
            "server.createSession", json={"identifier": name, "password": "pw"}
        ).json()

    def xrpc(self, method: str, token: str = "", **content: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {"Authorization": ""}
        content["headers"] = {**headers, **content.get("headers", {})}
        verb = "GET" if "params" in content or method.startswith("server.get") else "POST"
        return self.client.call(verb, "bluesky", f"/xrpc/com.atproto.{method}", **content)

    def repo(self, method: str, **content: Any) -> requests.Response:
        return self.xrpc(f"repo.{method}", self.session["accessJwt"], **content)

    def write(self, method: str, text: str, rkey: str = TID, **extra: Any) -> requests.Response:
        record = {"$type": POST, "text": text, "createdAt": "2026-11-23T00:00:00.000Z"}
        swap = {"swapRecord": None} if method == "putRecord" else {}
        body = {"repo": self.session["did"], "collection": POST, "rkey": rkey, **swap}
        return self.repo(method, json={**body, "record": {**record, **extra}})

    def put(self, text: str, rkey: str = TID, **extra: Any) -> requests.Response:
        return self.write("putRecord", text, rkey, **extra)

    def upload(self, data: bytes) -> Any:
        answer = self.repo("uploadBlob", data=data, headers={"Content-Type": "image/png"})
        return answer.json()["blob"]
