"""Measure the text room: extraction, digesting, composing, importing, memory, fitting.

    python benchmarks/text.py [--shared ../shared] [--texts 10000]

Extraction is scored as scrapinghub/article-extraction-benchmark does: precision and recall over
4-word shingles with repetitions, mean over pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import text_fit

from socialpipe.errors import Refused
from socialpipe.model import Article
from socialpipe.platforms import registry
from socialpipe.text.compose import compose
from socialpipe.text.digest import digest
from socialpipe.text.read import read

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tests" / "samples"
TEN = (
    *("x", "bluesky", "mastodon", "threads", "facebook"),
    *("instagram", "linkedin", "telegram", "discord", "wordpress"),
)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    size = min(4, max(1, len(words)))
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def score(found: str, wanted: str) -> tuple[float, float]:
    a, b = shingles(found), shingles(wanted)
    shared = (a & b).total()
    if not a or not b:
        return float(not b), float(not b)
    return shared / a.total(), shared / b.total()


def extraction(folder: Path) -> None:
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    scores, seconds = [], []
    for name, entry in truth.items():
        page = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        start = time.process_time()
        try:
            text = read(page, name="page.html", url=entry["url"]).text
        except Refused:
            text = ""
        seconds.append(time.process_time() - start)
        scores.append(score(text, entry["articleBody"]))
    precision = statistics.mean(p for p, _ in scores)
    recall = statistics.mean(r for _, r in scores)
    f1 = 2 * precision * recall / (precision + recall)
    print(f"extraction   n={len(scores)} F1 {f1:.3f} precision {precision:.3f} recall {recall:.3f}")
    print(f"             {statistics.median(seconds) * 1e3:.0f} ms a page (median of CPU time)")


def article(path: Path) -> Article:
    return read(path.read_bytes(), name=path.name)


def posts(source: Article) -> None:
    """Digest an article and compose its posts for ten networks."""
    essence = digest(source)
    for name in TEN:
        limits = registry.load(name).limits
        link, pictured = source.url or text_fit.LINK, limits.images > 0
        compose(source, essence, name, limits, link=link, with_image=pictured)


def milliseconds(work: Callable[[], None], times: int = 21) -> list[float]:
    """Measure CPU time, children's too, after one run to warm up."""
    work()
    took = []
    for _ in range(times):
        start = cpu()
        work()
        took.append((cpu() - start) * 1e3)
    return took


def cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def composing(paths: list[Path]) -> None:
    medians = []
    for path in paths:
        # Another object each time, so that nothing remembered of the last one helps.
        took = milliseconds(lambda path=path: posts(article(path)))  # type: ignore[misc]
        reading = milliseconds(lambda path=path: article(path) and None)  # type: ignore[misc]
        medians.append(statistics.median(took) - statistics.median(reading))
        print(f"compose      {path.name:24} {medians[-1]:5.1f} ms, reading excluded")
    print(f"             ten networks, median of {len(paths)}: {statistics.median(medians):.1f} ms")


def importing() -> None:
    def run(code: str) -> Callable[[], None]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True) and None

    bare, ours = milliseconds(run("pass"), 11), milliseconds(run("import socialpipe"), 11)
    a, b = statistics.median(bare), statistics.median(ours)
    print(f"import       socialpipe {b:.1f} ms, Python alone {a:.1f} ms: {b / a:.2f} times")


def memory(pages: list[Path]) -> None:
    """Compose 1,000 articles in a fresh process: of stored ones as a worker, then reading each."""
    for name in ("stored", "read"):
        arguments = [sys.executable, __file__, "--loop", name, *map(str, pages)]
        subprocess.run(arguments, check=True)


def loop(name: str, pages: list[Path]) -> None:
    samples = sorted(SAMPLES.iterdir())
    sizes = {}
    for n in range(1, 1001):
        source = next_article(n, samples, pages if name == "read" else [])
        if source:
            posts(source)
        if n in {100, 1000}:
            sizes[n] = resident()
    ratio = sizes[1000] / sizes[100]
    print(f"memory       1,000 articles, {name}: {sizes[1000]:.0f} MB, {ratio:.2f} of that at 100")


def next_article(n: int, samples: list[Path], pages: list[Path]) -> Article | None:
    """Take a page every other time; no two samples are the same article."""
    if pages and n % 2:
        page = pages[n // 2 % len(pages)]
        try:
            return read(gzip.decompress(page.read_bytes()), name="page.html")
        except Refused:
            return None
    sample = samples[n // 2 % len(samples)]
    return read(sample.read_bytes() + f"\n\nThis is number {n}.".encode(), name=sample.name)


def resident() -> float:
    """Return the resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--texts", type=int, default=10_000, help="generated texts to fit")
    parser.add_argument("--loop", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.loop:
        loop(chosen.loop[0], [Path(name) for name in chosen.loop[1:]])
        return
    reference = chosen.shared / "reference-article.ko.txt"
    pages = chosen.shared / "data" / "extraction"
    composing([path for path in (reference, *sorted(SAMPLES.iterdir())) if path.is_file()])
    importing()
    memory(sorted(pages.glob("html/*.gz")))
    if pages.is_dir():
        extraction(pages)
    text_fit.report(chosen.texts)


if __name__ == "__main__":
    main()
