"""The same plain card by us, by satori with resvg, and by a warm Chromium: CPU of each, in one run.

    python benchmarks/rivals/race.py [--rounds 30] [--out FOLDER]

npm packages go into a temporary folder; Chromium is the machine's. Every figure is a median, ms of
CPU a card, at 1200×630; Chromium's counts all its processes and node's.
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
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median
from string import Template
from typing import IO

import psutil

from socialpipe.cards.content import Content, content
from socialpipe.cards.drawing import render
from socialpipe.cards.encode import jpeg
from socialpipe.cards.samples import samples
from socialpipe.cards.typeset.fonts import Library
from socialpipe.cards.typeset.raster import emoji
from socialpipe.cards.typeset.shape import Voice, runs
from socialpipe.model import Article, Digest

HERE = Path(__file__).parent
SIZE = (1200, 630)
NO_LIMIT = 1 << 30
PACKAGES = ("satori@0.63.2", "@resvg/resvg-js@2.6.2", "pretendard@1.3.9", "playwright-core@1.65.1")
EMOJI = ("🏮", "🏪", "🚌", "📋")


def subject() -> Content:
    """What is on the card."""
    article, digest = samples()["ko"]
    rows = tuple(f"{one} {point.text}" for one, point in zip(EMOJI, digest.points, strict=True))
    plain = Digest(digest.headline, "", (), hashtags=digest.hashtags, reading_minutes=4)
    about = Article(article.title, "", "ko", dek=article.dek, site=article.site, bullets=rows)
    return content(about, plain)


def picture(cluster: str) -> str:
    """Return an emoji as a data URL: satori draws no colour fonts."""
    ((run),) = runs(cluster, [0], [False], Voice(Library("ko")))
    stamp = emoji(run.face, run.glyphs[0].id, 96.0)
    out = BytesIO()
    assert stamp is not None
    stamp.image.save(out, "PNG")
    return "data:image/png;base64," + b64encode(out.getvalue()).decode()


def described(shown: Content) -> dict[str, object]:
    """Return the card's texts for the others."""
    names = ("kicker", "minutes", "headline", "sub", "site", "initial")
    lists = {"rows": "bullets", "tags": "tags"}
    return {
        **{name: shown.text(name) for name in names},
        **{key: [item["item"].text for item in shown.lists[name]] for key, name in lists.items()},
        "tags": [item["item"].text for item in shown.lists["tags"]][:3],
        "emoji": {cluster: picture(cluster) for cluster in EMOJI},
    }


def ours(shown: Content, rounds: int, out: Path) -> dict[str, float]:
    """Return our CPU: the whole card, and encoding alone."""
    name = str(HERE / "flat.toml")

    def card() -> bytes:
        return jpeg(render(shown, name, SIZE, None).image, NO_LIMIT)

    (out / "socialpipe.jpg").write_bytes(card())
    image = render(shown, name, SIZE, None).image
    return {
        "encoding alone": timed(lambda: jpeg(image, NO_LIMIT), rounds),
        "socialpipe, JPEG": timed(card, rounds),
        "socialpipe, no file": timed(lambda: render(shown, name, SIZE, None), rounds),
    }


def timed(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds + 5):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return median(times[5:])


def satori(folder: Path, rounds: int) -> dict[str, float]:
    """Return satori's and resvg's CPU."""
    command = [node(), "satori.mjs", str(rounds)]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    drawn, whole = zip(*json.loads(done.stdout), strict=True)
    return {"satori + resvg, no file": median(drawn), "satori + resvg, PNG": median(whole)}


def chromium(folder: Path, rounds: int) -> dict[str, float]:
    """Return the CPU of a warm screenshot, of node and all of the browser's processes."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        sys.exit("Chromium is needed: apt-get install chromium.")
    command = [node(), "chromium.mjs", browser]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        found = {}
        for way, label in (("load", "page loaded"), ("swap", "text swapped in an open page")):
            ask(process.stdin, process.stdout, f"{way} 8")
            times = []
            for _ in range(max(3, rounds // 5)):
                before = tree(process.pid)
                ask(process.stdin, process.stdout, f"{way} 5")
                times.append((tree(process.pid) - before) / 5 * 1000)
            found[f"Chromium, {label}, JPEG"] = median(times)
        process.stdin.close()
    return found


def ask(into: IO[str], out: IO[str], order: str) -> None:
    """Have screenshots made, and wait for them."""
    into.write(f"{order}\n")
    into.flush()
    if not out.readline():
        sys.exit("Chromium did not start.")


def tree(pid: int) -> float:
    """Return the CPU time that a process and its descendants have used, s."""
    root = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:4]) for one in (root, *root.children(recursive=True)))


def node() -> str:
    return shutil.which("node") or sys.exit("node and npm are needed.")


def install(folder: Path, about: dict[str, object]) -> None:
    """Put the packages and the card into a folder."""
    for script in ("satori.mjs", "chromium.mjs"):
        shutil.copy(HERE / script, folder)
    (folder / "card.json").write_text(json.dumps(about), encoding="utf-8")
    library = Library("ko")
    page = Template((HERE / "card.html").read_text(encoding="utf-8")).substitute(
        {key: value for key, value in about.items() if isinstance(value, str)},
        rows="".join(f"<li>{row}</li>" for row in listed(about["rows"])),
        tags="".join(f"<span class='soft'>{tag}</span>" for tag in listed(about["tags"])),
        font=library.pretendard.path.as_uri(),
        emoji=library.emoji.path.as_uri(),
    )
    (folder / "card.html").write_text(page, encoding="utf-8")
    npm = [shutil.which("npm") or sys.exit("npm is needed.")]
    subprocess.run([*npm, "init", "-y"], cwd=folder, check=True, capture_output=True)
    subprocess.run([*npm, "install", "--silent", *PACKAGES], cwd=folder, check=True)


def listed(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--out", type=Path, help="keep the pictures here")
    options = parser.parse_args()
    shown = subject()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        install(folder, described(shown))
        times = ours(shown, options.rounds, folder)
        times |= satori(folder, options.rounds) | chromium(folder, options.rounds)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            for made in ("socialpipe.jpg", "satori.png", "chromium.jpg"):
                shutil.copy(folder / made, options.out)
    unit = times["socialpipe, JPEG"]
    print("| renderer | ms of CPU | times ours |\n|---|---|---|")
    for label, taken in times.items():
        print(f"| {label} | {taken:.1f} | {taken / unit:.1f} |")


if __name__ == "__main__":
    main()
