"""What a card costs: CPU against encoding alone, cold start, memory.

    python benchmarks/cards.py [--cards 1000]

Every figure is a median or a total of one run on one machine; `benchmarks/rivals/race.py` draws the
same card with others.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import psutil

from socialpipe.cards import loading
from socialpipe.cards.drawing import render
from socialpipe.cards.encode import jpeg
from socialpipe.cards.memory import settle
from socialpipe.cards.samples import sample, samples

SIZE = (1200, 630)
NO_LIMIT = 1 << 30
ROUNDS = 30

COLD = """
import time
from socialpipe.cards import draw
from socialpipe.cards.samples import samples
from socialpipe.model import Limits, Unit
limits = Limits(text=280, unit=Unit.WEIGHTED, source="", checked="", card=(1200, 630))
draw(*samples()["ko"], limits, template="aurora")
print(time.process_time())
"""


def cpu(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median CPU time of a call, ms, after one to warm up."""
    work()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return median(times) * 1000


def warm(name: str) -> tuple[float, float]:
    """Return the CPU time of encoding alone and of a whole card, ms."""
    shown = sample("ko")
    if loading.load(name).card.slides == "carousel":
        shown = shown.slides(5)[1]
    image = render(shown, name, SIZE, None).image
    encode = cpu(lambda: jpeg(image, NO_LIMIT))
    whole = cpu(lambda: jpeg(render(shown, name, SIZE, None).image, NO_LIMIT))
    return encode, whole


def cold() -> float:
    """Return the CPU time of a fresh process that draws one card, s."""
    times = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", COLD], capture_output=True, text=True, check=True
        )
        times.append(float(done.stdout))
    return median(times)


def memory(count: int) -> tuple[float, float]:
    """Draw many different cards here; return the memory then, and the most ever used, MB."""
    everything = [(name, sample(language)) for language in samples() for name in loading.names()]
    for n in range(count):
        name, shown = everything[n % len(everything)]
        jpeg(render(shown, name, SIZE, ("light", "dark")[n % 2]).image, NO_LIMIT)
    now = psutil.Process().memory_info().rss / 2**20
    return now, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    options = parser.parse_args()
    settle()
    print("| template | encode, ms | card, ms | card / encode |\n|---|---|---|---|")
    costs = {name: warm(name) for name in loading.names()}
    for name, (encode, whole) in costs.items():
        print(f"| {name} | {encode:.1f} | {whole:.1f} | {whole / encode:.1f} |")
    print(f"\ncold first card: {cold():.2f} s of CPU")
    now, most = memory(options.cards)
    print(f"{options.cards} cards in {len(samples())} languages: {now:.0f} MB, {most:.0f} at most")


if __name__ == "__main__":
    main()
