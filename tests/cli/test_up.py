"""What `socialpipe up` survives at its own start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from tests.conftest import Environment

from socialpipe import store
from socialpipe.cli.up import up
from socialpipe.errors import TryAgain
from socialpipe.worker import up as worker


@contextmanager
def nothing(*_: Any, **__: Any) -> Iterator[worker.Running]:
    """Stand in for the roles: nobody has to be watched."""
    watched: Any = SimpleNamespace(watch=lambda _: None)
    yield worker.Running("http://127.0.0.1:1", watched)


def test_database_that_is_away_ends_no_pipeline(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise TryAgain("The database does not answer.", "Look at it.")

    environment()
    monkeypatch.setattr(worker, "running", nothing)
    monkeypatch.setattr(worker, "stop_signals", threading.Event)
    monkeypatch.setattr(store, "Store", away)
    result = CliRunner().invoke(up, ["--port", "0"])
    assert result.exit_code == 0, result.output
    assert "No link for a first owner: The database does not answer." in result.output
    assert "Stopping" in result.output
