"""The other systems: installed once into a cache folder, each run with a Redis of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "socialpipe-benchmarks"
PYTHON = CACHE / "venv" / "bin" / "python"
PACKAGES = ("celery[redis]==5.7.0", "rq==3.0.0", "huey==3.5.4", "APScheduler==3.11.3", "requests")
MODULES = ("bullmq@6.7.0", "ioredis")
PROGRAMS = {
    "Celery ETA, threads": "celery_eta.py",
    "rq, processes": "rq_at.py",
    "APScheduler, memory": "apscheduler_date.py",
    "huey, threads": "huey_eta.py",
    "BullMQ": "bullmq.mjs",
}


@dataclass(frozen=True)
class Late:
    """How late the jobs of one system were, s, sorted; and its CPU, ms a job."""

    seconds: list[float]
    cpu: float

    def at(self, share: float) -> float:
        return self.seconds[max(0, round(len(self.seconds) * share) - 1)]


def install() -> None:
    """Fetch the packages, unless they are there."""
    if not PYTHON.exists():
        venv.create(CACHE / "venv", with_pip=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    if not (CACHE / "node_modules" / "bullmq").exists():
        subprocess.run(["npm", "install", "--silent", "--prefix", CACHE, *MODULES], check=True)


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis as `socialpipe up` does, and give its socket."""
    from socialpipe.settings import Settings
    from socialpipe.worker import broker

    with tempfile.TemporaryDirectory(prefix="sp-bench-") as folder:
        settings = Settings(data_dir=Path(folder))
        server = subprocess.Popen(broker.command(settings), stdout=subprocess.DEVNULL)
        try:
            broker.wait_until_ready(settings)
            yield str(broker.socket_path(settings.data_dir))
        finally:
            server.terminate()
            server.wait()


def run(name: str, url: str, jobs: int, workers: int, lead: float) -> Late:
    """Let one system run the jobs."""
    program = HERE / PROGRAMS[name]
    with redis() as socket, tempfile.NamedTemporaryFile() as file:
        order = "|".join((url, socket, str(jobs), str(workers), str(lead), file.name))
        process = subprocess.Popen(
            _command(program),
            env={**os.environ, "ORDER": order, "PYTHONPATH": str(HERE), "PYTHONWARNINGS": "ignore"},
            stdout=subprocess.PIPE,
            stderr=sys.stderr if os.environ.get("BENCH_TALK") else subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            due = float(process.stdout.readline())
            return Late(*_watch(Path(file.name), jobs, due, process.pid))
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # the session that was started above
            process.wait()


def _command(program: Path) -> list[str]:
    if program.suffix == ".py":
        return [str(PYTHON), str(program)]
    # A module is looked for beside the file that imports it.
    there = CACHE / program.name
    there.write_text(program.read_text(encoding="utf-8"), encoding="utf-8")
    return ["node", str(there)]


def _watch(file: Path, jobs: int, due: float, pid: int) -> tuple[list[float], float]:
    before = 0.0
    while len(lines := file.read_text("ascii").splitlines()) < jobs:
        if time.time() > due + 180:
            raise SystemExit(f"only {len(lines)} of {jobs} jobs ran")
        if time.time() < due - 0.5:
            before = cpu(pid)
        time.sleep(0.2)
    return sorted(float(line) - due for line in lines), (cpu(pid) - before) / jobs * 1000


def cpu(pid: int) -> float:
    """Return the CPU time of a process and its descendants, s."""
    root = psutil.Process(pid)
    times = [one.cpu_times() for one in (root, *root.children(recursive=True))]
    return sum(one.user + one.system for one in times)
