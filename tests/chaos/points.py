"""The pipeline, whose processes can be ended at labelled points; run as `-m tests.chaos.points`.

A point is where a function of the product returns, or is about to be called: the product itself
knows nothing of it. A file named after the point arms it; the first process that gets there takes
the file away and kills the process that the file names without a word, itself if it names none.
"""

from __future__ import annotations

import functools
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

ARMED = "CHAOS_ARMED"  # environment: the directory with the files


class Point(NamedTuple):
    """Where it is: a function, as `module:name` or `module:class.name`, and which side of it."""

    role: str  # whose process gets there, as the system names it
    function: str
    before: bool = False


POINTS = {
    "due work claimed, workers not told": Point(
        "dispatcher", "socialpipe.store.claims:Claims.claim"
    ),
    "workers told": Point("dispatcher", "socialpipe.worker.dispatcher:send_deliveries"),
    "message received, intent not committed": Point(
        "worker", "socialpipe.store.jobs:Jobs.begin_all", before=True
    ),
    "intent committed": Point("worker", "socialpipe.store.jobs:Jobs.begin_all"),
    "calls announced, not made": Point("worker", "socialpipe.store.jobs:Jobs.announce"),
    "call written down, not made": Point("worker", "socialpipe.store.jobs:Jobs.sending"),
    "accepted by the network, answer not written down": Point(
        "worker", "socialpipe.store.jobs:Jobs.sent", before=True
    ),
    "answer heard, delivery not closed": Point("worker", "socialpipe.store.jobs:Jobs.sent"),
    "outcome known, not committed": Point(
        "worker", "socialpipe.store.jobs:Jobs.close", before=True
    ),
    "publications known, not committed": Point(
        "worker", "socialpipe.store.jobs:Jobs.publish_all", before=True
    ),
    "publications closed, messages not acknowledged": Point(
        "worker", "socialpipe.store.jobs:Jobs.publish_all"
    ),
    "delivery closed, message not acknowledged": Point(
        "worker", "socialpipe.store.jobs:Jobs.close"
    ),
    "silent workers swept": Point("keeper", "socialpipe.store.sweeps:Sweeps.sweep"),
    "uncertain work taken": Point("keeper", "socialpipe.store.sweeps:Sweeps.take_uncertain"),
    "looked up, not written down": Point("keeper", "socialpipe.recovery:_find"),
    "found, not settled": Point("keeper", "socialpipe.store.jobs:Jobs.sent"),
    "settled": Point("keeper", "socialpipe.recovery:_resume"),
}
REDIS_POINTS = {
    "Redis, with work claimed": Point("dispatcher", "socialpipe.store.claims:Claims.claim"),
    "Redis, with workers told": Point("dispatcher", "socialpipe.worker.dispatcher:send_deliveries"),
    "Redis, with a message received": Point(
        "worker", "socialpipe.store.jobs:Jobs.begin_all", before=True
    ),
    "Redis, with deliveries closed": Point("worker", "socialpipe.store.jobs:Jobs.publish_all"),
}


def arm(folder: Path, label: str, victim: int | None = None) -> None:
    """Let the next process at a point die, or kill `victim`."""
    ready = folder / f".{label}"
    ready.write_text("" if victim is None else str(victim))
    ready.rename(folder / label)


def disarm(folder: Path, label: str) -> bool:
    """Take the file away again; False: somebody was there before."""
    try:
        (folder / label).unlink()
    except FileNotFoundError:
        return False
    return True


def lay_out() -> None:
    """Put every point into the product's functions."""
    for label, point in {**POINTS, **REDIS_POINTS}.items():
        _wrap(label, point)


def _wrap(label: str, point: Point) -> None:
    module, _, path = point.function.partition(":")
    owner: Any = __import__(module, fromlist=["_"])
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    setattr(owner, name, _wrapped(getattr(owner, name), label, point))


def _wrapped(function: Callable[..., Any], label: str, point: Point) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if point.before:
            _reached(label, point)
        result = function(*args, **kwargs)
        if result is None or result:  # a round that found nothing to do is no point
            _reached(label, point) if not point.before else None
        return result

    return call


def _reached(label: str, point: Point) -> None:
    folder = Path(os.environ[ARMED])
    file = folder / label
    if not file.exists() or point.role not in Path("/proc/self/comm").read_text("ascii"):
        return
    mine = folder / f".{label} {os.getpid()} {time.time_ns()}"
    with suppress(FileNotFoundError, ProcessLookupError):
        file.rename(mine)  # of two threads only one gets it
        os.kill(int(mine.read_text() or os.getpid()), signal.SIGKILL)


if __name__ == "__main__":
    lay_out()
    from socialpipe.cli import main

    main()
