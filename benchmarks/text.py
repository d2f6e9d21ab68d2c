"""Measure the text room against its targets: one command, one table; exit code 1 for a miss.

    python benchmarks/text.py [--shared ../shared] [--texts 10000]

Extraction is scored as scrapinghub/article-extraction-benchmark does: precision and recall over
4-word shingles with repetitions, mean over pages. What `--shared` lacks is left out, and said so.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import text_conformance
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


class Result(NamedTuple):
    """One line of the table; `target` "" where there is none to meet."""

    what: str
    figure: str
    target: str = ""
    met: bool = True


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


def extraction(folder: Path) -> Iterator[Result]:
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
    figure = f"F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}"
    yield Result(f"article found on {len(scores)} web pages", figure, "≥ 0.955", f1 >= 0.955)
    yield Result("reading a web page", f"{statistics.median(seconds) * 1e3:.0f} ms")


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


def composing(reference: Path) -> Iterator[Result]:
    """Time digest and compose: of the reference article, and of all samples."""

    def took(path: Path) -> float:
        # Another object each time, so that nothing remembered of the last one helps.
        both = milliseconds(lambda: posts(article(path)))
        return statistics.median(both) - statistics.median(milliseconds(lambda: quiet(path)))

    def quiet(path: Path) -> None:
        article(path)

    what = "digest, and compose for ten networks"
    if reference.is_file():
        time_taken = took(reference)
        figure = f"{time_taken:.1f} ms"
        yield Result(f"{what}: the reference article", figure, "≤ 30 ms", time_taken <= 30)
    samples = [took(path) for path in sorted(SAMPLES.iterdir())]
    figure = f"{min(samples):.0f}–{max(samples):.0f} ms, median {statistics.median(samples):.0f}"
    yield Result(f"{what}: {len(samples)} samples", figure, "≤ 30 ms", max(samples) <= 30)


def importing() -> Iterator[Result]:
    def run(code: str) -> float:
        def once() -> None:
            subprocess.run([sys.executable, "-c", code], check=True)

        return statistics.median(milliseconds(once))

    bare, ours = run("pass"), run("import socialpipe")
    figure = f"{ours:.0f} ms, Python alone {bare:.0f}"
    yield Result("`import socialpipe`, a process of its own", figure, "≤ 100 ms", ours <= 100)


def memory(pages: list[Path]) -> Iterator[Result]:
    """Compose 1,000 articles in a fresh process: of stored ones as a worker, then reading each."""
    wishes = {"stored": "a worker that composed 1,000 articles"}
    if pages:
        wishes["read"] = "the same, half of them read from web pages first"
    for name, what in wishes.items():
        arguments = [sys.executable, __file__, "--loop", name, *map(str, pages)]
        done = subprocess.run(arguments, check=True, capture_output=True, text=True)
        after, most, ratio = map(float, done.stdout.split())
        figure = f"{after:.0f} MB, at most {most:.0f}; {ratio:.2f} of that after 100"
        yield Result(what, figure, "< 200 MB", most < 200)


def loop(name: str, pages: list[Path]) -> None:
    samples = sorted(SAMPLES.iterdir())
    sizes = {}
    for n in range(1, 1001):
        source = next_article(n, samples, pages if name == "read" else [])
        if source:
            posts(source)
        if n in {100, 1000}:
            sizes[n] = resident()
    print(sizes[1000], peak(), sizes[1000] / sizes[100])


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


def peak() -> float:
    """Return the most that this process ever had in memory, in MB; its parent's does not count."""
    found = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def conformance(folder: Path) -> Iterator[Result]:
    passed, count = text_conformance.report(folder)
    figure = f"{passed} of {count}"
    yield Result("conformance cases of twitter-text", figure, "all", passed == count)


def fitting(texts: int) -> Iterator[Result]:
    faults, made = text_fit.report(texts)
    what = f"{texts:,} generated texts in {len(text_fit.SCRIPTS)} scripts, five networks each"
    yield Result(what, f"{faults} faults; {made}", "0 faults", not faults)


def results(shared: Path, texts: int) -> Iterator[Result]:
    reference, pages = shared / "reference-article.ko.txt", shared / "data" / "extraction"
    cases = shared / "platforms" / "twitter-text"
    if pages.is_dir():
        yield from extraction(pages)
    if cases.is_dir():
        yield from conformance(cases)
    yield from fitting(texts)
    yield from composing(reference)
    yield from importing()
    yield from memory(sorted(pages.glob("html/*.gz")))
    for path in (pages, cases, reference):
        if not path.exists():
            yield Result(f"left out: there is no {path}", "–")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--texts", type=int, default=10_000, help="generated texts to fit")
    parser.add_argument("--loop", nargs="+", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.loop:
        loop(chosen.loop[0], [Path(name) for name in chosen.loop[1:]])
        return 0
    print("| what | figure | target | |\n|---|---|---|---|")
    missed = 0
    for what, figure, target, met in results(chosen.shared, chosen.texts):
        verdict = ("met" if met else "MISSED") if target else ""
        print(f"| {what} | {figure} | {target} | {verdict} |", flush=True)
        missed += not met
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
