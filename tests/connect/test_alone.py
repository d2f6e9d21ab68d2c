"""The lock of a channel's tokens: it ends with who holds it, and only its holder frees it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from socialpipe.errors import NotSent
from socialpipe.store import Store
from socialpipe.store.channels import ChannelSession


@pytest.fixture
def session(store: Store) -> ChannelSession:
    made = store.channels.add(
        "news", "bluesky", api_base=None, settings={}, secrets={}, timezone="UTC"
    )
    return store.channels.session(made.id)


def test_who_does_not_finish_is_not_waited_for_for_ever(
    session: ChannelSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert session._seize("another")
    monkeypatch.setattr("socialpipe.store.channels._RENEWAL", timedelta(0))
    sleep = "socialpipe.store.channels.time.sleep"
    monkeypatch.setattr(sleep, lambda _: pytest.fail("it waits on"))
    with pytest.raises(NotSent, match="does not finish"), session.alone():
        pytest.fail("it is not alone")


def test_the_lock_of_a_dead_worker_ends(session: ChannelSession, store: Store) -> None:
    assert session._seize("dead")
    session._set(None, renewer_until=store.now() - timedelta(seconds=1))
    assert session._seize("next")


def test_who_comes_too_late_frees_nothing_of_another(session: ChannelSession) -> None:
    with session.alone():
        session._set(None, renewer="another")  # the lock had ended, and was taken
    assert not session._seize("third")


def test_the_lock_is_given_back(session: ChannelSession) -> None:
    with pytest.raises(KeyError), session.alone():
        raise KeyError
    assert session._seize("next")
