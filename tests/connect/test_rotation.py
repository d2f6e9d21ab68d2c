"""A new master key, while everybody goes on reading and writing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.cli.conftest import Command, socialpipe
from tests.conftest import Environment

from socialpipe.errors import Refused, UsageError
from socialpipe.model import Channel
from socialpipe.schedule.topics import Topic
from socialpipe.settings import load
from socialpipe.store import Store
from socialpipe.store.rotation import sealed_columns
from socialpipe.store.schema import channel, media, metadata

__all__ = ["socialpipe"]  # a fixture
FORK = multiprocessing.get_context("fork")


def connected(store: Store, name: str = "news") -> Channel:
    found = store.channels.add(
        name,
        "mastodon",
        api_base="https://mastodon.example",
        settings={},
        secrets={"token": f"token of {name}"},
        timezone="UTC",
    )
    store.channels.session(found.id).save({"accessJwt": f"session of {name}"})
    return found


def test_everything_sealed_is_wrapped_anew(store: Store, tmp_path: Path) -> None:
    news = connected(store)
    hook = store.hooks.add("https://hook.example/", [Topic.FAILED], "whsec_c2VjcmV0")
    before = (tmp_path / "data" / "secret.key").read_text().split()
    done = store.rotation.run()
    assert (done.new_key, done.wrapped) == (True, 3)
    assert store.rotation.left() == 0
    assert store.rotation.forget() == 1
    after = (tmp_path / "data" / "secret.key").read_text().split()
    assert len(after) == 1
    assert not set(after) & set(before)
    fresh = Store(load())
    assert fresh.channels.secrets(news.id) == {"token": "token of news"}
    assert fresh.channels.session(news.id).load() == {"accessJwt": "session of news"}
    assert fresh.hooks.secret(hook.id) == "whsec_c2VjcmV0"
    fresh.close()


def test_every_column_of_bytes_but_images_counts_as_sealed() -> None:
    columns = [c for table in metadata.sorted_tables for c in table.columns]
    bytes_ = {c for c in columns if isinstance(c.type, sa.LargeBinary)}
    assert set(sealed_columns()) == bytes_ - {media.c.data}
    assert channel.c.secrets in sealed_columns()


def test_the_old_key_opens_nothing_any_more(store: Store, tmp_path: Path) -> None:
    news = connected(store)
    file = tmp_path / "data" / "secret.key"
    old = file.read_bytes()
    store.rotation.run()
    store.rotation.forget()
    file.write_bytes(old)
    with closing(Store(load())) as fresh, pytest.raises(UsageError, match="cannot be decrypted"):
        fresh.channels.secrets(news.id)


def test_keys_that_still_seal_something_are_not_forgotten(store: Store) -> None:
    connected(store)
    store.rotation.run()
    connected(store, "later")
    ring = store.rotation._vault.ring
    ring.add()
    with pytest.raises(Refused, match="still sealed by an older key"):
        store.rotation.forget()
    assert store.rotation.run().new_key is False  # the key that waits is taken into use
    assert store.rotation.forget() == 2


def test_a_worker_that_runs_meets_the_new_key(store: Store) -> None:
    news = connected(store)
    worker = Store(load())  # has read the keys already
    worker.channels.secrets(news.id)
    store.rotation.run()
    assert worker.channels.secrets(news.id) == {"token": "token of news"}
    worker.channels.session(news.id).save({"accessJwt": "newer"})
    assert store.rotation.left() == 0  # it seals by the new key
    worker.close()


def test_what_a_worker_replaces_meanwhile_is_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = connected(store)
    session = store.channels.session(news.id)
    vault = store.rotation._vault
    rewrap = vault.rewrap

    def slowly(sealed: bytes) -> bytes:
        if vault.open(sealed) == {"accessJwt": "session of news"}:
            session.save({"accessJwt": "written meanwhile"})
        return rewrap(sealed)

    monkeypatch.setattr(vault, "rewrap", slowly)
    store.rotation.run()
    assert session.load() == {"accessJwt": "written meanwhile"}
    assert store.rotation.left() == 0


def test_no_key_is_forgotten_while_another_is_made(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = connected(store)
    store.rotation.run()
    other = Store(load())
    go_on = threading.Event()
    wrap = other.rotation._pass

    def waiting() -> int:
        assert go_on.wait(60)
        return wrap()

    monkeypatch.setattr(other.rotation, "_pass", waiting)
    rotating = threading.Thread(target=other.rotation.run)
    left = store.rotation.left

    def looked() -> int:
        found = left()
        rotating.start()
        rotating.join(0.5)  # long enough to make a key, if it may
        return found

    monkeypatch.setattr(store.rotation, "left", looked)
    assert store.rotation.forget() == 1
    go_on.set()
    rotating.join(60)
    assert store.channels.secrets(news.id) == {"token": "token of news"}
    assert left() == 0
    other.close()


def run_and_die(after: int) -> None:
    """Rotate in a process of its own, which is killed after some values."""
    store = Store(load())
    swap: Callable[..., int] = store.rotation._swap
    done = 0

    def dying(*given: Any) -> int:
        nonlocal done
        if done == after:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1
        return swap(*given)

    store.rotation._swap = dying  # type: ignore[method-assign,assignment]
    store.rotation.run()


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_rotation_that_is_killed_goes_on(environment: Environment, after: int) -> None:
    store = Store(environment())
    found = [connected(store, f"channel-{n}") for n in range(3)]
    store.close()
    child = FORK.Process(target=run_and_die, args=(after,))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    store = Store(load())
    for one in found:
        assert store.channels.secrets(one.id) == {"token": f"token of {one.name}"}
    done = store.rotation.run()
    assert (done.new_key, done.wrapped) == (False, 6 - after)  # it makes no third key
    store.rotation.forget()
    for one in found:
        assert store.channels.secrets(one.id) == {"token": f"token of {one.name}"}
    store.close()


def read_and_write(channel_id: int, stop: Event) -> None:
    """Be a worker that never pauses; exits with 1 when it cannot read."""
    store = Store(load())
    n = 0
    while not stop.is_set():
        n += 1
        store.channels.session(channel_id).save({"n": n})
        assert store.channels.session(channel_id).load() == {"n": n}
        assert store.channels.secrets(channel_id)["token"]
    store.close()


def test_nobody_stops_working(environment: Environment) -> None:
    store = Store(environment())
    found = [connected(store, f"channel-{n}") for n in range(3)]
    store.close()
    stop = FORK.Event()
    workers = [FORK.Process(target=read_and_write, args=(one.id, stop)) for one in found]
    for worker in workers:
        worker.start()
    store = Store(load())
    made = 0
    while made < 4:  # one that a worker's late write outran is finished by the next
        made += store.rotation.run().new_key
        time.sleep(0.2)
    stop.set()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    store.close()


def test_keys_of_the_settings_change_places(environment: Environment) -> None:
    store = Store(environment(secret_key="first"))
    news = connected(store)
    with pytest.raises(UsageError, match="changed there"):
        store.rotation.run()
    between = Store(environment(secret_key="first", secret_keys_accepted="second"))
    between.channels.session(news.id).save({"accessJwt": "still by the first"})
    after = Store(environment(secret_key="second", secret_keys_accepted="other, first"))
    assert after.channels.secrets(news.id) == {"token": "token of news"}
    assert after.rotation.run().wrapped == 2
    last = Store(environment(secret_key="second"))
    assert last.channels.session(news.id).load() == {"accessJwt": "still by the first"}
    with pytest.raises(UsageError, match="come from SOCIALPIPE_SECRET_KEYS_ACCEPTED"):
        last.rotation.forget()
    for opened in (store, between, after, last):
        opened.close()


def test_commands(socialpipe: Command) -> None:
    store = Store(load())
    connected(store)
    store.close()
    done = socialpipe("secrets", "rotate")
    assert (done.code, "2 stored values" in done.err) == (0, True)
    assert "1 old keys are gone" in socialpipe("secrets", "forget").err
    assert "There is no old key" in socialpipe("secrets", "forget").err


def test_the_key_file_is_private_and_made_once(environment: Environment, tmp_path: Path) -> None:
    environment()
    code = "from socialpipe.settings import load; from socialpipe.store import Store; Store(load())"
    several = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [one.wait(120) for one in several] == [0] * 4
    file = tmp_path / "data" / "secret.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(file.read_text().split()) == 1
    with closing(Store(load())) as store:
        store.rotation.run()
        assert file.stat().st_mode & 0o777 == 0o600
        file.write_text("")
        with pytest.raises(UsageError, match="holds no key"):
            connected(store)


def test_a_role_without_the_new_key_is_told_of(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Store(environment(secret_key="old"))) as stale:
        news = connected(stale)
        with closing(Store(environment(secret_key="new", secret_keys_accepted="old"))) as store:
            monkeypatch.setattr("socialpipe.store.rotation._PASSES", 5)
            swap: Callable[..., int] = store.rotation._swap

            def swapped(*given: Any) -> int:
                done = swap(*given)
                stale.channels.session(news.id).save({"accessJwt": "by the old key again"})
                return done

            monkeypatch.setattr(store.rotation, "_swap", swapped)
            assert store.rotation.run().left == 1
