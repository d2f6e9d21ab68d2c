"""Real processes of the pipeline, for tests that end some of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from socialpipe.store import Store
from socialpipe.store.schema import heartbeat


@contextmanager
def pipeline_up(program: str = "socialpipe") -> Iterator[subprocess.Popen[str]]:
    """Run `socialpipe up` with this process's environment; it must stop cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", program, "up", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.terminate()
        code = process.wait(60)
        if process.stdout:
            process.stdout.close()
    assert code == 0


def wait_for(condition: Callable[[], object], seconds: float) -> None:
    """Wait until `condition` is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def all_alive(store: Store) -> bool:
    """Whether every role has said that it is alive."""
    return all(store.heartbeats.alive().values())


def pid_of(store: Store, role: str) -> int:
    """Return the process that speaks for a role, the youngest if there are several."""
    query = sa.select(heartbeat.c.actor).where(heartbeat.c.role == role)
    with store.database.read() as connection:
        actors = connection.execute(query.order_by(heartbeat.c.at.desc())).scalars().all()
    return int(actors[0].rsplit(":", 1)[1])


def lives(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
