"""Roles that begin as copies of the supervisor are processes like any other."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.conftest import Environment
from tests.engine.processes import all_alive, lives, pid_of, wait_for

from socialpipe.store import Store
from socialpipe.store.heartbeats import ROLES
from socialpipe.worker import fork

# A supervisor in small: nobody else runs in it, and it holds a file.
SUPERVISOR = """
import os, signal, sys, time
from socialpipe.worker.fork import Fork, aside, possible

def run(arguments):
    holds = os.path.exists(f"/proc/self/fd/{held.fileno()}")
    print("runs", arguments, os.environ["COLOUR"], holds, os.getsid(0) == os.getpid())
    match arguments[0]:
        case "return": return 3
        case "exit": sys.exit(4)
        case "fail": raise ValueError("broken")
        case "wait": time.sleep(60)

assert possible()
held = open(sys.argv[1] + "/lock", "w")
signal.signal(signal.SIGTERM, lambda *_: print("the supervisor's handler ran"))
log = os.open(sys.argv[1] + "/log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
names = ("return", "exit", "fail")  # one after the other: they write into one file
print([Fork(name, run, [name], {"COLOUR": "red"}, log).wait(20) for name in names])
waiting = Fork("wait", run, ["wait"], {"COLOUR": "red"}, log)
print(waiting.poll())
waiting.terminate()
print(waiting.wait(20), waiting.poll())
aside(lambda: open(sys.argv[1] + "/made", "w").close())
print(os.path.exists(sys.argv[1] + "/made"))
"""


def test_copy_is_asked_like_a_program(tmp_path: Path) -> None:
    if sys.platform != "linux":
        assert not fork.possible()  # roles are programs of their own
        return
    done = subprocess.run(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[3, 4, 1]", "None", "-15 -15", "True"]
    log = (tmp_path / "log").read_text()
    assert (
        "runs ['return'] red False True" in log
    )  # without the supervisor's file, in a group of its own
    assert "ValueError: broken" in log
    assert "handler" not in log


def test_process_with_threads_is_not_copied() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    assert not fork.possible()
    stop.set()
    thread.join()


def test_roles_end_with_their_supervisor(environment: Environment) -> None:
    """Even when it is killed: nobody publishes unsupervised, and the next `up` can start."""
    store = Store(environment())
    command = [sys.executable, "-m", "socialpipe", "up", "--port", "0"]
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            wait_for(lambda: all_alive(store), 40)
            roles = [pid_of(store, role) for role in ROLES]
            deadline = time.monotonic() + 40
        finally:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
        while any(map(lives, roles)):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    store.close()
