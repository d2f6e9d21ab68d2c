"""What every system runs: one call (none if there is no address), then the time into a file."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import dataclass

import requests


@dataclass(frozen=True)
class Order:
    """What a rival is told: URL ('' for none), Redis socket, jobs, workers, lead in s, file."""

    url: str
    socket: str
    jobs: int
    workers: int
    lead: float
    file: str

    @classmethod
    def of(cls, words: list[str]) -> Order:
        url, socket, jobs, workers, lead, file = words
        return cls(url, socket, int(jobs), int(workers), float(lead), file)


ORDER = Order.of(os.environ["ORDER"].split("|"))
_own = threading.local()


def run(number: int) -> None:
    if ORDER.url:
        if not hasattr(_own, "session"):
            _own.session = requests.Session()
            _own.session.trust_env = False
        _own.session.post(ORDER.url, json={"status": f"Post {number}."}, timeout=60)
    with open(ORDER.file, "a", encoding="ascii") as file:  # noqa: PTH123
        file.write(f"{time.time():.4f}\n")


def due_in_a_while() -> float:
    """Say when the jobs are due, and tell the benchmark."""
    due = time.time() + ORDER.lead
    print(f"{due:.4f}", flush=True)
    return due


def stay() -> None:
    """Keep the process until the benchmark ends it."""
    sys.stdout.flush()
    threading.Event().wait()
