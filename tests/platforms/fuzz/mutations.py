"""Answers of a server that is not itself: bits, types, words and ends are wrong."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable
from typing import Any

from tests.platforms.fuzz.canned import encoded
from tests.platforms.network import Reply

SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 7, 1.5, 10**30, float("1e300"), "", " ", "x", "ok", "한"),
    *("\0", "\ud83d", "1" * 40, "https://", "javascript:x", [], {}, [[]], [{}], {"id": None}),
)
STATUSES = (*[200] * 4, 201, 202, 204, 206, 400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503)
NOISE = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"<html>",
    b"\xff\xfe\x00",
    b"NaN",
    b'"',
    b"[" * 3000,
    b"1e999",
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"Retry-After": "-1"},
    {"Retry-After": "tomorrow"},
    {"Retry-After": "9" * 400},
    {"X-RateLimit-Reset": "0", "X-RateLimit-Remaining": "0"},
    {"Location": "http://["},
    {"x-restli-id": ""},
)


def mutated(dice: random.Random, reply: Reply) -> Reply:
    """Break a good answer in one or several places; what was good in it may stay."""
    if dice.random() < 0.05:
        return Reply(dice.choice(STATUSES), dice.choice(NOISE), dice.choice(HEADERS))
    body = copy.deepcopy(reply.body)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        body = changed(dice, body)
    data = torn(dice, encoded(body))
    headers = dict(dice.choice((reply.headers, reply.headers, *HEADERS)))
    return Reply(dice.choice((reply.status, *STATUSES)), data, headers)


def changed(dice: random.Random, body: Any) -> Any:
    """Put something else, or nothing, into one place of a parsed body."""
    *before, last = dice.choice(paths(body)) or (None,)
    if last is None:
        return other(dice) if dice.random() < 0.3 else body
    target = body
    for step in before:
        target = target[step]
    match dice.choice(("other", "other", "gone", "twice", "deeper")):
        case "gone" if isinstance(target, dict):
            del target[last]
        case "twice" if isinstance(target, list):
            target.append(copy.deepcopy(target[last]))
        case "deeper":
            target[last] = [target[last]]
        case _:
            target[last] = other(dice)
    return body


def other(dice: random.Random) -> Any:
    """Take a value that nobody has asked for."""
    return copy.deepcopy(dice.choice(SCALARS))


def torn(dice: random.Random, data: bytes) -> bytes:
    """Cut bytes, or turn some around; mostly neither."""
    chance = dice.random()
    if chance < 0.1:
        return data[: dice.randrange(len(data) + 1)]
    if chance < 0.2 and data:
        spoiled = bytearray(data)
        for _ in range(dice.choice((1, 1, 5))):
            spoiled[dice.randrange(len(spoiled))] ^= 1 << dice.randrange(8)
        return bytes(spoiled)
    return data


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the places in a parsed body."""
    steps: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        steps = enumerate(value)
    return [here, *(path for key, inner in steps for path in paths(inner, (*here, key)))]
