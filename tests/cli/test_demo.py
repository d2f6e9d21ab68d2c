"""The first minute of a new user."""

from __future__ import annotations

import subprocess
import sys


def test_demo_publishes_everything_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "socialpipe", "demo", "--exit"],
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 of 12 deliveries were published exactly once" in done.stdout
    assert "429" in done.stdout  # the throttled one
    assert "found on the network" in done.stdout  # the lost reply
    assert "Traceback" not in done.stderr
