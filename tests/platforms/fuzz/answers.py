"""Whether an adapter survives a broken answer, and calls nothing published that is not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.platforms.case import NOW, TEXT, Case, adapter, case_of, part, publish_on
from tests.platforms.fuzz.canned import HOST, Canned, encoded, everything, good
from tests.platforms.fuzz.mutations import mutated
from tests.platforms.network import Reply, Route

from socialpipe.errors import PlatformError
from socialpipe.model import Receipt
from socialpipe.platforms.answer import parse
from socialpipe.platforms.base import Platform

SAID = {"ok": True, "result_code": 1, "success": True}  # where bodies say that it went well


def attack(name: str, seed: int) -> Iterator[str]:
    """Make a call of the platform `name` with one answer broken; yield what is wrong then."""
    dice = random.Random(f"{name} {seed}")
    case = case_of(name)
    routes: Mapping[str, Route] = everything(name)
    call = dice.choice(("publish", "publish", "publish", *CALLS))
    if call == "find" and case.own:
        routes = {**routes, **case.own(TEXT, NOW)}
    route = case.create if dice.random() < 0.4 else dice.choice(list(routes))
    reply = mutated(dice, good(routes[route]))
    platform = adapter(name, HOST, Canned(routes, {route: reply}))
    try:
        if call == "publish":
            receipt = publish_on(platform, part(cards=case.cards))
            yield from unfounded(case, route, reply, receipt)
        else:
            CALLS[call](platform, case)
    except PlatformError:
        return
    except Exception as error:  # noqa: BLE001 (that is what we look for)
        yield f"{name} {seed}: {call} with {route} {reply} fell over {error!r}"


CALLS: dict[str, Callable[[Platform, Case], object]] = {
    "check": lambda platform, _: platform.check(),
    "find": lambda platform, case: platform.find(part(cards=case.cards)),
    "comment": lambda platform, case: platform.comment(case.receipt, "#태그"),
    "own_limits": lambda platform, _: platform.own_limits(),
    "delete": lambda platform, case: platform.delete(case.receipt),
    "metrics": lambda platform, case: platform.metrics(case.receipt),
    "reply": lambda platform, case: publish_on(
        platform, replace(part(cards=case.cards), root=case.receipt, parent=case.receipt)
    ),
}


def unfounded(case: Case, route: str, reply: Reply, receipt: Receipt) -> Iterator[str]:
    """Yield what speaks against a post that was taken for published."""
    if not receipt.id:
        yield f"published without a name: {reply}"
    if route != case.create:
        return
    if reply.status >= 300:
        yield f"published in spite of {reply}"
    if not case.reads_answer or receipt.id == part().key:
        return
    shown = encoded(reply.body).decode("utf-8", "ignore") + " ".join(reply.headers.values())
    if receipt.id not in shown:
        yield f"{receipt.id} is not in {reply}"
    if denied(good(case.routes[route]).body, reply.body):
        yield f"published though the network denies it: {reply}"


def denied(before: Any, after: Any) -> bool:
    """Whether a body that said that it went well does not say so any more."""
    read = parse(encoded(after))
    if not (isinstance(before, dict) and isinstance(read, dict)):
        return False
    said = [(name, value) for name, value in SAID.items() if before.get(name) == value]
    return any(repr(read.get(name)) != repr(value) for name, value in said)
