from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests
from click.testing import CliRunner

from socialpipe.cli.simulator import simulator
from socialpipe.errors import UsageError

RUN = "from socialpipe.cli.simulator import simulator; simulator()"


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", RUN, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_runs_until_it_is_told_to_stop(stop: signal.Signals) -> None:
    with running("--json", "--fault", "mastodon:throttle:1:9") as process:
        told = json.loads(first_line(process))
        assert told["url"] == f"http://127.0.0.1:{told['port']}"
        headers = {"Authorization": "Bearer alice"}
        address = f"{told['url']}/mastodon/api/v1/statuses"
        answers = [
            requests.post(address, json={"status": "글"}, headers=headers, timeout=5).status_code
            for _ in range(2)
        ]
        assert answers == [429, 200]
        process.send_signal(stop)
        assert process.wait(timeout=10) == 0


def test_tells_a_person_how_to_use_it() -> None:
    with running() as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
    assert lines[0].startswith("Simulated platforms: http://127.0.0.1:")
    assert lines[2].split()[1].startswith("http://127.0.0.1:")


def test_a_mistyped_fault_is_a_usage_error() -> None:
    result = CliRunner().invoke(simulator, ["--fault", "mastodon:bang"])
    assert isinstance(result.exception, UsageError)
