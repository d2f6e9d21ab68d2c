"""SQLite is for one machine: a second one is refused before it does anything."""

from __future__ import annotations

import socket
import time
import uuid
from pathlib import Path

from socialpipe.errors import SocialpipeError
from socialpipe.store import Store
from socialpipe.store.heartbeats import INTERVAL

_BOOT = Path("/proc/sys/kernel/random/boot_id")  # Linux; the same in all containers of a machine
_WATCH = 2 * INTERVAL.total_seconds() + 1  # s; whoever lives speaks within that
_TICK = 0.5


def name() -> str:
    """Name this machine: which one it is, and what people call it."""
    return f"{_identity()} {socket.gethostname()}"


def be_the_only_one(store: Store) -> None:
    """Make sure that no other machine works on this database, if it is SQLite.

    One that was here before is watched for a moment: clocks of two machines need not agree, and
    one that crashed, or was started anew, is silent. Raises SocialpipeError.
    """
    if not store.database.is_sqlite:
        return
    before = _others(store)
    deadline = time.monotonic() + _WATCH
    while before and time.monotonic() < deadline:
        moved = [other for other, at in _others(store).items() if before.get(other) != at]
        if moved:
            raise SocialpipeError(
                f"Machine {moved[0].partition(' ')[2]} works on this SQLite database already.",
                "SQLite is for one machine. Stop the other one, or move to PostgreSQL: "
                "socialpipe db copy --help",
            )
        time.sleep(_TICK)
    store.heartbeats.forget_hosts(list(before))


def _others(store: Store) -> dict[str, object]:
    mine = _identity()
    return {one: at for one, at in store.heartbeats.hosts().items() if one.split(" ")[0] != mine}


def _identity() -> str:
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return f"{uuid.getnode():x}"
