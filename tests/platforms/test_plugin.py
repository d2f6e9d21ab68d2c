"""The platform of docs/platforms.md, installed as a package of its own into a fresh environment."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import socialpipe

ROOT = Path(socialpipe.__file__).parents[2]
FENCES = re.compile(r"^```(python|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Guestbook(BaseHTTPRequestHandler):
    """The server that the documentation's platform speaks to."""

    entries: dict[str, str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.entries.setdefault(self.headers["Idempotency-Key"], body["text"])
        self.answer({"id": "1", "url": "https://guestbook.example/1"})

    def do_GET(self) -> None:
        self.answer({"id": "7", "name": "me"})

    def answer(self, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args


@pytest.fixture
def guestbook() -> Iterator[tuple[str, dict[str, str]]]:
    """A guestbook, and what was written into it."""
    entries: dict[str, str] = {}
    handler = type("Handler", (Guestbook,), {"entries": entries})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", entries
    server.shutdown()
    server.server_close()


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A fresh environment that sees socialpipe and has the documentation's package installed."""
    page = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
    parts = dict(FENCES.findall(page))
    package = tmp_path / "package"
    package.mkdir()
    (package / "socialpipe_guestbook.py").write_text(parts["python"], encoding="utf-8")
    (package / "pyproject.toml").write_text(parts["toml"], encoding="utf-8")
    assert len(parts["python"].splitlines()) <= 40
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    site = next(folder.glob("lib/python*/site-packages"))
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n", encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    flags = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check", str(package)]
    subprocess.run([*install, *flags], check=True, timeout=120)
    return python


def test_a_package_brings_a_platform(
    fresh: Path, guestbook: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    url, entries = guestbook
    (tmp_path / "token").write_text("secret", encoding="ascii")
    environment = {
        "SOCIALPIPE_DATA_DIR": str(tmp_path / "data"),
        "SOCIALPIPE_ALLOW_PRIVATE_HOSTS": "true",
        "PATH": "/usr/bin:/bin",
    }

    def socialpipe_(*arguments: str) -> str:
        done = subprocess.run(
            [str(fresh), "-m", "socialpipe", *arguments],
            env=environment, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "guestbook" in socialpipe_("platforms")
    counted = json.loads(socialpipe_("count", "guestbook", "안녕", "--json"))
    assert (counted["length"], counted["limit"]) == (2, 200)
    socialpipe_(
        "channel", "add", "guestbook", "book", "--set", f"api_base={url}",
        "--secret", f"token=@{tmp_path / 'token'}",
    )  # fmt: skip
    assert "works" in socialpipe_("channel", "test", "book")
    publish = (
        "from datetime import UTC, datetime\n"
        "from socialpipe.engine import Engine, connect\n"
        "from socialpipe.platforms.base import PartRequest\n"
        "from socialpipe.settings import load\n"
        "engine = Engine.open(load(), 'test')\n"
        "channel = engine.store.channels.get('book')\n"
        "request = PartRequest('Hello.', 'key', datetime.now(UTC))\n"
        "for _ in range(2): print(connect(engine, channel).publish(request).url)\n"
    )
    done = subprocess.run(
        [str(fresh), "-c", publish], env=environment, capture_output=True, text=True, timeout=60,
        check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.split() == ["https://guestbook.example/1"] * 2, done.stderr
    assert entries == {"key": "Hello."}
