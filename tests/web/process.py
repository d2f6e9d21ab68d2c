"""A web server as people run it: a process of its own, that can be killed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

_PATIENCE = 60.0  # s


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def web_process(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run `socialpipe web` until the end, or until somebody kills it."""
    words = ["web", "--port", str(port), "--no-setup-link"]
    child = subprocess.Popen([sys.executable, "-m", "socialpipe", *words])
    try:
        _wait_until_it_answers(child, port)
        yield child
    finally:
        child.kill()
        child.wait()


def _wait_until_it_answers(child: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while child.poll() is None and time.monotonic() < end:
        try:
            requests.get(f"http://127.0.0.1:{port}/livez", timeout=5).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"socialpipe web does not answer (exit code: {child.poll()})")
