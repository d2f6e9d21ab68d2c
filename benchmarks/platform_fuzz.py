"""Generate posts for every platform and break the answers of their servers, many times.

    python -m benchmarks.platform_fuzz [COUNT]

Of every post: what goes over the wire is within each limit of the network, by its own measure. Of
every broken answer: the adapter does not crash, and calls nothing published that no answer names.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from tests.platforms.fuzz.answers import attack
from tests.platforms.fuzz.measures import WIRE
from tests.platforms.fuzz.posts import excess
from tests.platforms.fuzz.talks import ATTACKS
from tests.platforms.test_contract import NAMES

from socialpipe.platforms import poll


def posts(count: int) -> Iterator[str]:
    """Yield what is too much in `count` posts a platform."""
    for seed in range(count):
        for name in sorted(WIRE):
            yield from excess(name, seed)


def answers(count: int) -> Iterator[str]:
    """Yield what goes wrong with `count` broken answers a platform."""
    for name in NAMES:
        for seed in range(count):
            yield from attack(name, seed)
    for name, broken in ATTACKS.items():
        for seed in range(count):
            yield from (f"{name} {fault}" for fault in broken(seed))


def report(
    what: str, count: int, platforms: Iterable[str], find: Callable[[int], Iterator[str]]
) -> int:
    """Print the result and return how many faults there are."""
    start = time.process_time()
    faults = list(find(count))
    for fault in faults[:20]:
        print("FAULT", fault[:300])
    many = len(list(platforms))
    spent = time.process_time() - start
    print(
        f"{what:10} {count} for each of {many} platforms: {len(faults)} faults ({spent:.0f} s CPU)"
    )
    return len(faults)


def main(count: int) -> int:
    poll.PAUSE = 0
    found = report("posts", count, WIRE, posts)
    return found + report("answers", count, [*NAMES, *ATTACKS], answers)


if __name__ == "__main__":
    sys.exit(1 if main(int((sys.argv[1:] or ["10000"])[0])) else 0)
