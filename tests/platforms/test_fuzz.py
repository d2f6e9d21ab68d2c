"""Generated posts keep every limit on the wire; broken answers crash nothing and publish nothing.

A sample of what benchmarks/platform_fuzz.py does 10,000 times a platform.
"""

from __future__ import annotations

import pytest
from tests.platforms.fuzz.answers import attack, denied
from tests.platforms.fuzz.measures import WIRE
from tests.platforms.fuzz.posts import excess
from tests.platforms.fuzz.talks import ATTACKS
from tests.platforms.test_contract import NAMES

from socialpipe.platforms import poll, registry

BLOCK = 25  # posts of a platform in one test
ANSWERS = 200
TALKS = 100


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "PAUSE", 0)


def test_nobody_is_left_out() -> None:
    assert {name.partition("-")[0] for name in WIRE} == set(registry.names())
    assert {*(name.partition("-")[0] for name in NAMES), *ATTACKS, "assisted"} == {
        *registry.names()
    }


@pytest.mark.parametrize("block", range(6))
def test_generated_posts_keep_every_limit(block: int) -> None:
    seeds = range(block * BLOCK, (block + 1) * BLOCK)
    assert [fault for seed in seeds for name in sorted(WIRE) for fault in excess(name, seed)] == []


@pytest.mark.parametrize("name", NAMES)
def test_broken_answers_crash_nothing_and_publish_nothing(name: str) -> None:
    assert [fault for seed in range(ANSWERS) for fault in attack(name, seed)] == []


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_broken_talk_crashes_nothing_and_publishes_nothing(name: str) -> None:
    assert [fault for seed in range(TALKS) for fault in ATTACKS[name](seed)] == []


def test_a_denial_is_recognized() -> None:
    good = {"ok": True, "id": 1}
    assert not denied(good, b'{"ok": true, "id": 2}')
    for bad in (b'{"id": 1}', b'{"ok": false}', b'{"ok": null}', b'{"ok": 1}', b'{"ok": "true"}'):
        assert denied(good, bad)
