"""A simulator and an HTTP client for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from tests.simulator.client import Client

from socialpipe.simulator import Simulator


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sim(running: Simulator) -> Simulator:
    running.reset()
    return running


@pytest.fixture
def client(sim: Simulator) -> Iterator[Client]:
    with requests.Session() as session:
        yield Client(sim, session)
