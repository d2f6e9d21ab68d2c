"""Two channels to plan for."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Environment

from socialpipe.store import Store


@pytest.fixture
def store(environment: Environment, tmp_path: Path) -> Store:
    """A store with the channels news and shop; the working directory is `tmp_path`."""
    store = Store(environment())
    for name in ("news", "shop"):
        store.channels.add(
            name,
            "mastodon",
            api_base="http://127.0.0.1:9",
            settings={},
            secrets={"token": "hidden-token"},
            timezone="UTC",
        )
    return store
