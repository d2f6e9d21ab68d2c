"""What a card costs: CPU against encoding alone, cold start, memory.

    python benchmarks/cards.py [--cards 1000]

Every figure is a median or a total of one run on one machine; `benchmarks/rivals/race.py` draws the
same card with others.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from socialpipe.cards import draw, loading
from socialpipe.cards.content import Content
from socialpipe.cards.drawing import render
from socialpipe.cards.encode import jpeg
from socialpipe.cards.memory import settle
from socialpipe.cards.samples import landscape, sample, samples
from socialpipe.cards.sizes import SIZES
from socialpipe.cards.typeset.rich import Rich
from socialpipe.model import Limits, Unit

SIZE = (1200, 630)
NO_LIMIT = 1 << 30
ROUNDS = 40
LIMITS = Limits(text=280, unit=Unit.WEIGHTED, source="", checked="")

COLD = """
import time
from socialpipe.cards import draw
from socialpipe.cards.samples import samples
from socialpipe.model import Limits, Unit
limits = Limits(text=280, unit=Unit.WEIGHTED, source="", checked="", card=(1200, 630))
draw(*samples()["ko"], limits, template="aurora")
print(time.process_time())
"""


def warm(name: str) -> list[float]:
    """Return the CPU time, ms, of encoding alone, of the same card, of one with other texts.

    All are medians, measured in turn.
    """
    shown = sample("ko")
    if loading.load(name).card.slides == "carousel":
        shown = shown.slides(5)[1]
    image = render(shown, name, SIZE, None).image
    rounds = []
    for n in range(ROUNDS + 5):
        other = turned(shown, n)
        rounds.append(
            (
                cpu(lambda: jpeg(image, NO_LIMIT)),
                cpu(lambda: drawn(shown, name)),
                cpu(lambda: drawn(other, name)),  # noqa: B023
            )
        )
    return [median(times) for times in zip(*rounds[5:], strict=True)]


def drawn(shown: Content, name: str) -> bytes:
    """Draw and encode a card, as a worker does."""
    card = render(shown, name, SIZE, None)
    return jpeg(card.image, NO_LIMIT, card.overlay)


def turned(shown: Content, n: int) -> Content:
    """Return content whose longer texts begin with another word and end with another number."""

    def turn(rich: Rich) -> Rich:
        words = rich.text.split()
        first = n % max(1, len(words))
        text = " ".join([*words[first:], *words[:first], str(n)])
        return Rich(text) if len(words) > 2 else rich

    values = {name: turn(rich) for name, rich in shown.values.items()}
    lists = {
        name: tuple({**item, "item": turn(item["item"])} for item in items)
        for name, items in shown.lists.items()
    }
    return replace(shown, values=values, lists=lists)


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU time of a call, ms."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def cold() -> float:
    """Return the CPU time of a fresh process that draws one card, s."""
    times = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", COLD], capture_output=True, text=True, check=True
        )
        times.append(float(done.stdout))
    return median(times)


def memory(count: int, sizes: Sequence[tuple[int, int]]) -> str:
    """Draw many different cards in a fresh process; return its memory then, and the most ever."""
    command = [sys.executable, __file__, "--draw", str(count), json.dumps(sizes)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def draw_many(count: int, sizes: Sequence[tuple[int, int]]) -> str:
    """Draw all templates, themes, languages and sizes in turn, as a worker does."""
    pairs = [(name, language) for language in samples() for name in loading.names()]
    picture = jpeg(landscape().image, NO_LIMIT)
    landscape.cache_clear()  # a worker has no such picture, only its file
    for n in range(count):
        name, language = pairs[n % len(pairs)]
        limits = replace(LIMITS, card=sizes[n % len(sizes)])
        theme = ("light", "dark")[n // len(pairs) % 2]
        draw(*samples()[language], limits, template=name, theme=theme, picture=picture)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    now, most = (int(status.split(f"{key}:")[1].split()[0]) // 1024 for key in ("VmRSS", "VmHWM"))
    return f"{now} MB, {most} at most"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    parser.add_argument("--draw", nargs=2, metavar=("COUNT", "SIZES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    settle()
    if options.draw:
        print(draw_many(int(options.draw[0]), json.loads(options.draw[1])))
        return
    print("| template | encode, ms | the same card, ms | ratio | other texts, ms | ratio |")
    print("|---|---|---|---|---|---|")
    costs = {name: warm(name) for name in loading.names()}
    for name, (encode, same, other) in sorted(costs.items(), key=lambda one: one[1][1] / one[1][0]):
        ratios = f"{same:.1f} | {same / encode:.1f} | {other:.1f} | {other / encode:.1f}"
        print(f"| {name} | {encode:.1f} | {ratios} |")
    print(f"\ncold first card: {cold():.2f} s of CPU")
    about = f"{options.cards} cards in {len(samples())} languages"
    print(f"{about}, {SIZE[0]}×{SIZE[1]}: {memory(options.cards, [SIZE])}")
    print(f"{about}, all sizes: {memory(options.cards, list(SIZES.values()))}")


if __name__ == "__main__":
    main()
