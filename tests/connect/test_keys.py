"""Master keys in their file and in the settings: none is lost, none is made up."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from tests.conftest import Environment
from tests.connect.test_rotation import connected

from socialpipe.errors import UsageError
from socialpipe.store import Store, keyring
from socialpipe.store.keyring import KeyFile, load_keys
from socialpipe.store.vault import Vault


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "secret.key"


def test_who_comes_second_takes_the_key_of_the_first(file: Path) -> None:
    (first,) = KeyFile(file).keys
    keyring._create(file)
    (again,) = KeyFile(file).keys
    assert again.id == first.id
    assert list(file.parent.iterdir()) == [file]


def test_a_key_file_that_is_gone_is_told_of(file: Path) -> None:
    ring = KeyFile(file)
    file.unlink()
    with pytest.raises(UsageError, match="is gone"):
        _ = ring.keys


def test_what_a_dead_process_left_is_in_nobody_s_way(file: Path) -> None:
    ring = KeyFile(file)
    file.with_name(f".{file.name}.{os.getpid()}").write_text("half a k")
    ring.add()
    assert len(ring.keys) == 2


def test_a_disk_that_is_full_costs_no_key(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyFile(file)
    before = file.read_bytes()

    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyring, "_draft", full)
    with pytest.raises(OSError, match="No space"):
        ring.add()
    assert file.read_bytes() == before


def test_nothing_between_two_commas_is_no_key(tmp_path: Path) -> None:
    ring = load_keys(SecretStr("one"), SecretStr("two, ,"), tmp_path)
    assert len(ring.keys) == 2


def test_a_value_that_no_key_opens_is_told_of(store: Store, tmp_path: Path) -> None:
    news = connected(store)
    other = Vault(KeyFile(tmp_path / "other.key"))
    store.rotation._vault, vault = other, store.rotation._vault
    with pytest.raises(UsageError, match="cannot be decrypted"):
        store.rotation.run()
    store.rotation._vault = vault
    assert store.channels.secrets(news.id) == {"token": "token of news"}


def test_what_is_not_there_is_not_sealed_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel without a session; and a pass that finds nothing is the last."""
    store.channels.add("plain", "mastodon", api_base=None, settings={}, secrets={}, timezone="UTC")
    passes: list[int] = []
    once: Callable[[], int] = store.rotation._pass

    def counted() -> int:
        passes.append(once())
        return passes[-1]

    monkeypatch.setattr(store.rotation, "_pass", counted)
    assert store.rotation.run().wrapped == 1
    assert passes == [1, 0]


def test_a_late_write_by_the_old_key_is_wrapped_too(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Store(environment(secret_key="old"))) as stale:
        news = connected(stale)
        with closing(Store(environment(secret_key="new", secret_keys_accepted="old"))) as store:
            once: Callable[..., Any] = store.rotation._pass
            late = [{"accessJwt": "by the old key again"}]

            def outrun() -> int:
                done: int = once()
                if late:
                    stale.channels.session(news.id).save(late.pop())
                return done

            monkeypatch.setattr(store.rotation, "_pass", outrun)
            assert store.rotation.run().left == 0
