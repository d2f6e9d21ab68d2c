"""Roles that begin as copies of this process, and share what it has imported.

Each role is a process of its own as ever: it can be killed, and is started again, alone. But the
libraries, some 60 MB, are in memory once and not once a role.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from subprocess import TimeoutExpired

Run = Callable[[list[str]], int]  # runs a command of socialpipe, returns its exit code

_SHARED = (  # what more than one role uses
    "socialpipe.worker.roles",
    "socialpipe.worker.pool",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "celery.concurrency.thread",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "kombu.transport.redis",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
_TICK = 0.02
_PR_SET_PDEATHSIG = 1  # Linux, prctl(2): tell the child when its parent dies
_PR_SET_NAME = 15  # … and its name in ps and top, 15 bytes
_FILES = 4096  # more than a supervisor ever opens
_STOPS = (signal.SIGTERM, signal.SIGINT)


def possible() -> bool:
    """Whether this process may be copied: Linux, and nobody else runs in it.

    A lock that another thread holds would stay locked in the copy for ever.
    """
    return sys.platform == "linux" and threading.active_count() == 1


@contextmanager
def tidy() -> Iterator[None]:
    """Keep the garbage collector from working meanwhile.

    It would leave holes in memory, which the copies then fill, each for itself.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def preload() -> None:
    """Import what the roles share, and take it out of the garbage collector's hands for good."""
    for name in _SHARED:
        importlib.import_module(name)
    from socialpipe.worker.app import celery

    celery().finalize()
    gc.freeze()


def aside(action: Callable[[], None]) -> None:
    """Do something in a copy that then goes away, with all that it imported and cached.

    Whether it succeeded is for the caller to see by its effect.
    """
    pid = os.fork()
    if pid == 0:
        try:
            action()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


class Fork:
    """A copy of this process that runs a command; to be asked like a `subprocess.Popen`."""

    def __init__(
        self,
        name: str,
        run: Run,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        log: int,
    ) -> None:
        self.returncode: int | None = None
        code = 1
        # A stop that arrives before the role has its own handlers must wait, not get lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                _become(name, environment, log)
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                code = _code(run, list(arguments))
                sys.stdout.flush()
                sys.stderr.flush()
            except BaseException:  # noqa: BLE001 - nothing may go on in the supervisor's own code
                traceback.print_exc()
                code = 1
            finally:
                os._exit(code)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end.

        Raises subprocess.TimeoutExpired.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutExpired("fork", timeout or 0)
            time.sleep(_TICK)
        return code

    def terminate(self) -> None:
        """Ask it to stop."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def die_with_parent() -> None:
    """Get SIGTERM when the supervisor dies, however it dies (Linux)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _become(name: str, environment: Mapping[str, str], log: int) -> None:
    """Leave behind what belongs to the supervisor: its group, signals, files and name."""
    os.setsid()
    die_with_parent()
    ctypes.CDLL(None).prctl(_PR_SET_NAME, f"sp-{name}"[:15].encode())
    for number in _STOPS:
        signal.signal(number, signal.SIG_DFL)
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.closerange(3, _FILES)  # above all the lock on the data directory
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)


def _code(run: Run, arguments: list[str]) -> int:
    try:
        return run(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
