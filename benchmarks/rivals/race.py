"""The same plain cards by us, by satori with resvg, and by a warm Chromium: CPU of each, in turn.

    python benchmarks/rivals/race.py [--rounds 12] [--same] [--out FOLDER]

No two cards in a row have the same texts; with `--same` all are the same one. All draw in turn, a
few cards each round; CPU time counts all processes of a renderer. npm packages go into a temporary
folder; Chromium is the machine's.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from io import BytesIO
from pathlib import Path
from statistics import median
from string import Template
from typing import Self

import psutil

from socialpipe.cards.content import Content, content
from socialpipe.cards.drawing import render
from socialpipe.cards.encode import jpeg
from socialpipe.cards.memory import settle
from socialpipe.cards.render import Drawing
from socialpipe.cards.samples import samples
from socialpipe.cards.typeset.fonts import Library
from socialpipe.cards.typeset.raster import emoji
from socialpipe.cards.typeset.shape import Voice, runs
from socialpipe.model import Article, Digest

HERE = Path(__file__).parent
SIZE = (1200, 630)
NO_LIMIT = 1 << 30
PACKAGES = (
    *("satori@0.63.2", "@resvg/resvg-js@2.6.2", "pretendard@1.3.9", "playwright-core@1.65.1"),
    "sharp@0.34.4",
)
EMOJI = ("🏮", "🏪", "🚌", "📋")
CARDS = 12  # different ones
BATCH = 4  # cards of each renderer in a round
TEMPLATE = str(HERE / "flat.toml")


def subject(n: int) -> Content:
    """What is on the card number n: the words of a sample, begun elsewhere."""
    article, digest = samples()["ko"]
    rows = tuple(
        f"{one} {turned(point.text, n)}" for one, point in zip(EMOJI, digest.points, strict=True)
    )
    plain = Digest(turned(digest.headline, n), "", (), hashtags=digest.hashtags, reading_minutes=4)
    dek = turned(article.dek or "", n)
    about = Article(article.title, "", "ko", dek=dek, site=article.site, bullets=rows)
    return content(about, plain)


def turned(text: str, n: int) -> str:
    """Return the words of a text, begun with another one, and a number that differs."""
    words = text.split()
    first = n % len(words)
    return " ".join([*words[first:], *words[:first], str(10 + n)])


def picture(cluster: str) -> str:
    """Return an emoji as a data URL: satori draws no colour fonts."""
    ((run),) = runs(cluster, [0], [False], Voice(Library("ko")))
    stamp = emoji(run.face, run.glyphs[0].id, 96.0)
    out = BytesIO()
    assert stamp is not None
    stamp.image.save(out, "PNG")
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()


def described(shown: Content) -> dict[str, object]:
    """Return the card's texts, and its page, for the others."""
    names = ("kicker", "minutes", "headline", "sub", "site", "initial")
    texts = {name: shown.text(name) for name in names}
    rows = [item["item"].text for item in shown.lists["bullets"]]
    tags = [item["item"].text for item in shown.lists["tags"]][:3]
    page = Template((HERE / "card.html").read_text(encoding="utf-8")).substitute(
        texts,
        rows="".join(f"<li>{row}</li>" for row in rows),
        tags="".join(f"<span class='soft'>{tag}</span>" for tag in tags),
    )
    return {**texts, "rows": rows, "tags": tags, "html": page}


def install(folder: Path, cards: Sequence[Content]) -> None:
    """Put the packages and the cards into a folder."""
    for script in ("satori.mjs", "chromium.mjs"):
        shutil.copy(HERE / script, folder)
    library = Library("ko")
    fonts = {"font": library.pretendard.path.as_uri(), "emoji": library.emoji.path.as_uri()}
    head = Template((HERE / "head.html").read_text(encoding="utf-8")).substitute(fonts)
    (folder / "head.html").write_text(head, encoding="utf-8")
    (folder / "cards.json").write_text(json.dumps([described(card) for card in cards]))
    (folder / "emoji.json").write_text(json.dumps({one: picture(one) for one in EMOJI}))
    npm = program("npm")
    subprocess.run([npm, "init", "-y"], cwd=folder, check=True, capture_output=True)
    subprocess.run([npm, "install", "--silent", *PACKAGES], cwd=folder, check=True)


def program(*names: str) -> str:
    """Return the path of the first program of these that the machine has."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or sys.exit(f"{names[0]} is needed.")


class Ours:
    """Draws in this process."""

    def __init__(self, cards: Sequence[Content]) -> None:
        self.cards = cards
        self.data = b""

    def draw(self, first: int) -> float:
        """Draw a batch of cards; return the CPU time, s."""
        began = time.process_time()
        for n in range(first, first + BATCH):
            card = self.card(n)
            self.data = jpeg(card.image, NO_LIMIT, card.overlay)
        return time.process_time() - began

    def card(self, n: int) -> Drawing:
        return render(self.cards[n % CARDS], TEMPLATE, SIZE, None)

    def encode(self, first: int) -> float:
        """Only encode a card, again and again; return the CPU time, s."""
        image = self.card(first).image
        began = time.process_time()
        for _ in range(BATCH):
            jpeg(image, NO_LIMIT)
        return time.process_time() - began


class Rival:
    """Another process, which draws as many cards as it is told."""

    def __init__(self, folder: Path, *command: str) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [program("node"), *command], cwd=folder, stdin=pipe, stdout=pipe, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)

    def draw(self, way: str, first: int) -> float:
        """Have a batch of cards drawn; return the CPU time of all its processes, s."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        before = self.used()
        self.process.stdin.write(f"{way} {first} {BATCH}\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            sys.exit("A renderer ended early.")
        return self.used() - before

    def used(self) -> float:
        root = psutil.Process(self.process.pid)
        return sum(sum(one.cpu_times()[:4]) for one in (root, *root.children(recursive=True)))


def race(entries: dict[str, Callable[[int], float]], rounds: int) -> dict[str, list[float]]:
    """Have all draw in turn; return the CPU time a card, ms, of each round but the first."""
    times: dict[str, list[float]] = {label: [] for label in entries}
    for n in range(rounds + 1):
        for label, work in entries.items():
            times[label].append(work(n * BATCH) / BATCH * 1000)
    return {label: taken[1:] for label, taken in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--same", action="store_true", help="draw one card again and again")
    parser.add_argument("--out", type=Path, help="keep the pictures here")
    options = parser.parse_args()
    settle()
    cards = [subject(0 if options.same else n) for n in range(CARDS)]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        install(folder, cards)
        ours = Ours(cards)
        satori = stack.enter_context(Rival(folder, "satori.mjs"))
        browser = program("chromium", "google-chrome")
        chromium = stack.enter_context(Rival(folder, "chromium.mjs", browser))
        entries: dict[str, Callable[[int], float]] = {
            "socialpipe, JPEG": ours.draw,
            "encoding alone": ours.encode,
            "satori + resvg, no file": partial(satori.draw, "none"),
            "satori + resvg + sharp, JPEG": partial(satori.draw, "jpeg"),
            "satori + resvg, PNG": partial(satori.draw, "png"),
            "Chromium, page loaded": partial(chromium.draw, "load"),
            "Chromium, texts swapped in an open page": partial(chromium.draw, "swap"),
            "Chromium, the same by its own protocol": partial(chromium.draw, "bare"),
        }
        times = race(entries, options.rounds)
        for draw in entries.values():  # all leave a picture of the same card
            draw(CARDS - BATCH + 1)
        stack.close()
        (folder / "socialpipe.jpg").write_bytes(ours.data)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            for made in ("socialpipe.jpg", "satori.png", "chromium.jpg"):
                shutil.copy(folder / made, options.out)
    print("| renderer | ms of CPU | times ours |\n|---|---|---|")
    for label, taken in times.items():
        ratio = median(one / own for one, own in zip(taken, times["socialpipe, JPEG"], strict=True))
        print(f"| {label} | {median(taken):.1f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
