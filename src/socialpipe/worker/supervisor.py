"""`socialpipe up`: every role as a child process on one machine, restarted when it dies."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from socialpipe.errors import SocialpipeError
from socialpipe.worker import fork

_PATIENCE = 35.0  # s for a role to stop by itself, then it is killed
_LONGEST_PAUSE = 5.0  # s before a role that keeps dying is started again
_STABLE = 60.0  # s of life after which earlier deaths are forgotten
_TICK = 0.2


class DataDirLock:
    """One `up` per data directory; the kernel frees it even after SIGKILL."""

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._path = data_dir / "up.lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Lock the directory.

        Raises SocialpipeError when another `up` has it.
        """
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            file.close()
            raise SocialpipeError(
                f"socialpipe is up already on {self._path.parent} (process {owner}).",
                "Stop that one first, or choose another SOCIALPIPE_DATA_DIR.",
            ) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let the next one have it."""
        if self._file is not None:
            self._file.close()
            self._file = None


class Process(Protocol):
    """What the supervisor asks of a child: a part of `subprocess.Popen`."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


@dataclass
class Role:
    """One child: what to run, and how it has fared."""

    name: str
    command: Sequence[str]  # a program, or a command of ours: see `ours`
    ours: bool = False
    process: Process | None = None
    started_at: float = 0.0
    deaths: int = 0
    restart_at: float = field(default=0.0)

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts roles in order, restarts those that die, and stops the first one last.

    Commands of ours run in copies of this process where that is possible.
    """

    def __init__(
        self,
        log_dir: Path,
        environment: Mapping[str, str],
        run: fork.Run,
        say: Callable[[str], None],
    ) -> None:
        self._log_dir = log_dir
        self._run = run
        self._environment = dict(environment)
        self._say = say
        self.roles: list[Role] = []

    def start_program(self, name: str, command: Sequence[str]) -> None:
        """Start one more role: a foreign program."""
        self._start(Role(name, command))

    def start(self, name: str, *command: str) -> None:
        """Start one more role: a command of ours."""
        self._start(Role(name, command, ours=True))

    def _start(self, role: Role) -> None:
        self.roles.append(role)
        self._spawn(role)

    def watch(self, stop: threading.Event) -> None:
        """Restart what dies until `stop` is set."""
        while not stop.wait(_TICK):
            for role in self.roles:
                if not role.alive:
                    self._revive(role)

    def stop(self) -> None:
        """Stop every role: all that stand on the first one together, then that one."""
        for group in (self.roles[1:], self.roles[:1]):
            for role in group:
                if role.process is not None and role.alive:
                    role.process.terminate()
            deadline = time.monotonic() + _PATIENCE
            for role in group:
                _end(role, deadline)

    def _revive(self, role: Role) -> None:
        now = time.monotonic()
        if role.restart_at == 0.0:
            role.deaths = 1 if now - role.started_at > _STABLE else role.deaths + 1
            pause = min(_LONGEST_PAUSE, 0.25 * 2 ** (role.deaths - 1))
            role.restart_at = now + pause
            code = role.process.returncode if role.process else None
            log = self._log_dir / f"{role.name}.log"
            self._say(f"{role.name} ended ({_cause(code)}); starting it again — see {log}")
        elif now >= role.restart_at:
            self._spawn(role)

    def _spawn(self, role: Role) -> None:
        # Who clears the data directory while we run must not take the supervisor with it.
        self._log_dir.mkdir(parents=True, exist_ok=True)
        with (self._log_dir / f"{role.name}.log").open("ab") as log:
            if role.ours and fork.possible():
                role.process = fork.Fork(
                    role.name, self._run, role.command, self._environment, log.fileno()
                )
            else:
                role.process = _program(role, self._environment, log)
        role.started_at = time.monotonic()
        role.restart_at = 0.0


def _program(role: Role, environment: Mapping[str, str], log: IO[bytes]) -> Process:
    ours = [sys.executable, "-m", "socialpipe"] if role.ours else []
    return subprocess.Popen(  # noqa: S603 - our own command line
        [*ours, *role.command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        # A process group of its own: Ctrl-C reaches the supervisor only, which stops the roles in
        # order.
        start_new_session=True,
        preexec_fn=fork.die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
    )


def _end(role: Role, deadline: float) -> None:
    process = role.process
    if process is None:
        return
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
