"""How late, how many, how fair: the engine beside other systems, and at a million rows.

    python benchmarks/scheduling.py [--threads 64] [--only burst fifty noop claims memory fairness]

Every system of a table runs at the same concurrency in the same run, after each other: `threads`
jobs at a time. The floor is what none can beat: jobs / threads x latency. The others (Celery ETA,
rq, APScheduler, huey, BullMQ) are installed into a cache folder first. A load beside a table means
that the machine had other work.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "queues"))

import ours
import rivals
import scale

SECTIONS = ("burst", "fifty", "noop", "claims", "memory", "fairness", "upload")


def main() -> None:
    options = arguments()
    for name in options.only:
        print(f"\n## {name} (load {os.getloadavg()[0]:.1f})", flush=True)
        globals()[name](options)
        print(f"(load {os.getloadavg()[0]:.1f})", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--deliveries", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.2, help="of the platform, s")
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--lead", type=float, default=12, help="from queueing to due, s")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--postgres", help="URL of an empty database; default: one of its own")
    parser.add_argument("--rivals", nargs="*", default=list(rivals.PROGRAMS))
    parser.add_argument("--only", nargs="*", choices=SECTIONS, default=SECTIONS)
    return parser.parse_args()


def burst(options: argparse.Namespace) -> None:
    """Many due at once, at a platform that takes its time."""
    floor = options.deliveries / options.threads * options.latency
    print(
        f"{options.deliveries} due at once, {options.latency} s a call, {options.threads} at once: "
        f"floor {floor:.2f} s, median of the floor {floor / 2:.2f} s"
    )
    race(options, options.deliveries, options.latency)


def fifty(options: argparse.Namespace) -> None:
    """As many as fit at once."""
    print(f"50 due at once, {options.latency} s a call: floor {options.latency} s")
    race(options, 50, options.latency)


def noop(options: argparse.Namespace) -> None:
    """Many due at once, nothing to do: what the systems themselves take."""
    print(f"{options.deliveries} no-ops due at once, {options.threads} at a time: when each ran")
    race(options, options.deliveries, None)


def race(options: argparse.Namespace, count: int, latency: float | None) -> None:
    rivals.install()
    print(
        "| system | p50 s | p99 s | last s | ms of CPU a job |\n|---|---|---|---|---|", flush=True
    )
    with standin(latency or 0) as base:
        address = base if latency is not None else ""
        written, ran = ours.burst(options.threads, count, address, options.lead)
        show("socialpipe, SQLite", ran)
        if latency is None:
            show("… and written down", written)
        for name in options.rivals:
            url = f"{address}/api/v1/statuses" if address else ""
            show(name, rivals.run(name, url, count, options.threads, options.lead))


def show(name: str, late: rivals.Late) -> None:
    figures = (late.at(0.5), late.at(0.99), late.seconds[-1])
    print(
        f"| {name} | {' | '.join(f'{one:.2f}' for one in figures)} | {late.cpu:.1f} |", flush=True
    )


@contextmanager
def standin(latency: float) -> Iterator[str]:
    """Run a network in a process of its own; give its address."""
    program = str(rivals.HERE / "standin.py")
    server = subprocess.Popen(
        [sys.executable, program, str(latency)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.terminate()
        server.wait()


def claims(options: argparse.Namespace) -> None:
    """How fast due rows are claimed."""
    scale.claims(options.rows, options.postgres)


def memory(options: argparse.Namespace) -> None:
    """What the processes take, with few and with many rows."""
    scale.memory(options.rows, options.threads)


def fairness(options: argparse.Namespace) -> None:
    """How late small channels are beside one with 100,000 posts."""
    with standin(options.latency) as base:
        scale.fairness(options.threads, base, options.rows // 10)


def upload(options: argparse.Namespace) -> None:
    """How late others are beside an upload that takes a minute."""
    with standin(options.latency) as base:
        scale.upload(options.threads, base)


if __name__ == "__main__":
    main()
