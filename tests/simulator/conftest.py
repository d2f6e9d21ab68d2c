"""A simulator and an HTTP client for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from tests.simulator.client import Client

from socialpipe.simulator import Simulator


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def client(sim: Simulator) -> Iterator[Client]:
    with requests.Session() as session:
        yield Client(sim, session)
