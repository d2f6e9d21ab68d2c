"""What `socialpipe up` takes while nothing is due: memory (PSS, Linux) and CPU, by process.

    python benchmarks/idle.py [--runs 3] [--seconds 30]

PSS counts a page that n processes share as 1/n in each, so that the sum is what the tree really
takes. Every run has a data directory of its own. Prints the last run's processes and the medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

SETTLE = 45.0  # s after the installation is healthy: the first rounds look at everything
MEGABYTE = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30)
    given = parser.parse_args()
    figures = [one_run(given.seconds) for _ in range(given.runs)]
    memory = statistics.median(figure[0] for figure in figures)
    cpu = statistics.median(figure[1] for figure in figures)
    print(
        f"median of {given.runs}: {memory:.0f} MB, {cpu:.2f} % of one CPU; load {os.getloadavg()}"
    )


def one_run(seconds: float) -> tuple[float, float]:
    """Return MB and per cent of one CPU."""
    with tempfile.TemporaryDirectory(prefix="socialpipe-idle-") as folder, up(folder) as root:
        time.sleep(SETTLE)
        processes = [root, *root.children(recursive=True)]
        before = [cpu_seconds(process) for process in processes]
        time.sleep(seconds)
        spent = [cpu_seconds(process) - b for process, b in zip(processes, before, strict=True)]
        memory = [process.memory_full_info().pss / MEGABYTE for process in processes]
        for process, pss, cpu in zip(processes, memory, spent, strict=True):
            print(f"{process.name():16} {pss:6.1f} MB  {100 * cpu / seconds:5.2f} %")
        print(f"{'together':16} {sum(memory):6.1f} MB  {100 * sum(spent) / seconds:5.2f} %\n")
    return sum(memory), 100 * sum(spent) / seconds


@contextmanager
def up(folder: str) -> Iterator[psutil.Process]:
    process = subprocess.Popen(
        [sys.executable, "-m", "socialpipe", "up", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "SOCIALPIPE_DATA_DIR": folder},
        text=True,
    )
    try:
        assert process.stdout is not None
        wait_until_healthy(process.stdout.readline().rsplit(" ", 1)[1].strip())
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def wait_until_healthy(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("socialpipe does not come up")


def cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
