"""Fifty calls that find the token dead at once: one renewal, fifty good answers."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from tests.connect.conftest import let_in
from tests.servers.oidc import oidc_provider

from socialpipe.engine import Engine, connect

_LIFETIME = 10  # s; long enough for fifty calls on a busy machine
_CALLS = 50


def test_fifty_refused_calls_renew_once(engine: Engine, tmp_path: Path) -> None:
    with oidc_provider(tmp_path, lifetime=_LIFETIME) as provider:
        channel = let_in(engine, provider)
        before = engine.store.channels.secrets(channel.id)["token"]
        refreshed = provider.counts()["refresh"]
        together = Barrier(_CALLS)
        platforms = [connect(engine, channel) for _ in range(_CALLS)]  # all hold the old token
        time.sleep(_LIFETIME + 0.5)
        assert not provider.works(before)

        def call(n: int) -> str:
            together.wait()
            return platforms[n].check().name

        with ThreadPoolExecutor(_CALLS) as pool:
            assert set(pool.map(call, range(_CALLS))) == {"poster"}
        assert provider.counts()["refresh"] == refreshed + 1
        after = engine.store.channels.secrets(channel.id)
        assert after["token"] != before
        assert after["refresh_token"]
