"""Generated posts, counted by the code that the networks publish for it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from benchmarks.text_fit import SCRIPTS, letters
from tests.platforms.fuzz.posts import sent
from tests.servers.described import segments, weights
from tests.servers.lexicons import faults
from tests.servers.test_lexicons import BLOB, PARENT

from socialpipe.model import Json
from socialpipe.platforms import registry
from socialpipe.text.count import graphemes, measure

pytestmark = pytest.mark.timeout(900)  # the first one on a machine installs the code

POSTS = 200


def bodies(name: str, field: str) -> list[Any]:
    """What goes to the network for generated posts."""
    said = (body for seed in range(POSTS) for part in sent(name, seed) for body in part)
    return [body for body in said if isinstance(body, dict) and field in body]


def test_x_takes_every_part_and_weighs_it_alike() -> None:
    texts = [body["text"] for body in bodies("x", "text")]
    weighed = weights([*texts, "가" * 141])
    assert weighed.pop() < 0
    assert len(texts) > POSTS
    limits = registry.load("x").limits
    assert weighed == [measure(text, limits) for text in texts]


def test_bluesky_takes_every_part() -> None:
    records = [valid(body) for body in bodies("bluesky", "record")]
    assert len(records) > POSTS
    assert set(faults(records)) == {""}
    long = {**records[0], "record": {**records[0]["record"], "text": "가" * 301}}
    assert "graphemes" in faults([long])[0]


def valid(body: Json) -> Json:
    """Put in names of blobs and records as a server makes them."""
    record = dict(body["record"])
    if "reply" in record:
        record["reply"] = {"root": PARENT, "parent": PARENT}
    return {**body, "repo": "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "record": pictured(record)}


def pictured(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: BLOB if k in {"image", "thumb"} else pictured(v) for k, v in value.items()}
    return [pictured(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("script", ["devanagari", "bengali", "tamil", "thai", "arabic", "hangul"])
def test_graphemes_are_counted_alike(script: str) -> None:
    """Nonsense, too: signs that are joined with nothing."""
    chance = random.Random(script)
    pieces = [*letters(SCRIPTS[script][1]), " ", "\u200c", "\u200d", "👍🏽"]
    texts = ["".join(chance.choices(pieces, k=12)) for _ in range(500)]
    assert segments(texts) == [graphemes(text) for text in texts]
