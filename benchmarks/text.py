"""Measure the text room: extraction F1, digest time, grounding over the samples.

    python benchmarks/text.py [--shared ../shared]

Extraction is scored as scrapinghub/article-extraction-benchmark does: precision and recall over
4-word shingles with repetitions, mean over pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from pathlib import Path

from socialpipe.errors import Refused
from socialpipe.text.digest import digest
from socialpipe.text.read import read

SAMPLES = Path(__file__).parent.parent / "tests" / "samples"


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


def digests(paths: list[Path]) -> None:
    for path in paths:
        article = read(path.read_bytes(), name=path.name)
        digest(article)
        start = time.process_time()
        for _ in range(10):
            digest(article)
        took = (time.process_time() - start) * 100
        print(f"digest       {path.name:24} {took:5.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    shared = parser.parse_args().shared
    reference = shared / "reference-article.ko.txt"
    digests([path for path in (reference, *sorted(SAMPLES.iterdir())) if path.is_file()])
    if (shared / "data" / "extraction").is_dir():
        extraction(shared / "data" / "extraction")


if __name__ == "__main__":
    main()
