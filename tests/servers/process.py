"""A server as a child process on a free port of loopback."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 90.0  # s until a server must take connections
TRIES = 3  # the free port may be taken before the server has it

Command = Callable[[int], Sequence[str | Path]]


@contextmanager
def serving(folder: Path, command: Command, *, cwd: Path | None = None) -> Iterator[int]:
    """Run `command(port)` until the block ends; yields the port. Its log is in `folder`."""
    server, port = _started(folder, command, cwd or folder)
    try:
        yield port
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        assert not _takes(port), "the server left a process of its own behind"


def _started(folder: Path, command: Command, cwd: Path) -> tuple[subprocess.Popen[bytes], int]:
    log = folder / "server.log"
    for _ in range(TRIES):
        port = free_port()
        with log.open("ab") as output:
            server = subprocess.Popen(command(port), cwd=cwd, stdout=output, stderr=output)
        if _answers(server, port):
            return server, port
        server.kill()
        server.wait()
    raise RuntimeError(f"The server does not start: {log.read_text()[-2000:]}")


def free_port() -> int:
    """Name a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        if _takes(port):
            return server.poll() is None
        time.sleep(0.05)
    return False


def _takes(port: int) -> bool:
    """Whether somebody takes connections on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
