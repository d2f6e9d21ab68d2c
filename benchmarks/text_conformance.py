"""Run the public twitter-text conformance cases against our counting and extraction.

Usage: python benchmarks/text_conformance.py FOLDER   (with validate.yml and extract.yml in it)
Exit code 1 when a case fails.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from socialpipe.model import Limits, Unit
from socialpipe.text import entities, links
from socialpipe.text.count import problems
from socialpipe.text.weighted import weighted_length

X = Limits(text=280, unit=Unit.WEIGHTED, source="twitter-text 3", checked="2026-11-23", link=23)
EARLY_X = replace(X, text=140, unit=Unit.CODEPOINTS)
Case = dict[str, Any]


def names(find: Callable[[str], list[entities.Entity]]) -> Callable[[Case], list[str]]:
    return lambda case: [found.name for found in find(case["text"])]


def places(find: Callable[[str], list[entities.Entity]]) -> Callable[[Case], list[Any]]:
    return lambda case: [(found.name, [found.start, found.end]) for found in find(case["text"])]


def expected_places(case: Case) -> list[Any]:
    return [
        ("".join(v for v in wanted.values() if isinstance(v, str)), wanted["indices"])
        for wanted in case["expected"]
    ]


def expected(case: Case) -> Any:
    return case["expected"]


def length(case: Case) -> tuple[int, bool]:
    return weighted_length(case["text"]), not problems(case["text"], X)


def expected_length(case: Case) -> tuple[int, bool]:
    return case["expected"]["weightedLength"], case["expected"]["valid"]


def whole(find: Callable[[str], list[entities.Entity]]) -> Callable[[Case], bool]:
    """Tell whether what is found is the whole text."""
    return lambda case: [found.text for found in find(case["text"])] == [case["text"]]


def whole_list(case: Case) -> bool:
    return whole(entities.mentions)(case) and "/" in case["text"]


def reply(case: Case) -> str | None:
    """Return whom a text that begins with a mention answers."""
    start = len(case["text"]) - len(case["text"].lstrip())
    return next((e.name for e in entities.mentions(case["text"]) if e.start == start), None)


CHECKS: dict[str, dict[str, tuple[Callable[[Case], Any], Callable[[Case], Any]]]] = {
    "extract.yml": {
        "urls": (names(entities.urls), expected),
        "tco_urls_with_params": (names(entities.urls), expected),
        "urls_with_indices": (places(entities.urls), expected_places),
        "urls_with_directional_markers": (places(entities.urls), expected_places),
        "hashtags": (names(entities.hashtags), expected),
        "hashtags_from_astral": (names(entities.hashtags), expected),
        "hashtags_with_indices": (places(entities.hashtags), expected_places),
        "mentions": (names(entities.mentions), expected),
        "mentions_with_indices": (places(entities.mentions), expected_places),
        "mentions_or_lists_with_indices": (places(entities.mentions), expected_places),
        "replies": (reply, expected),
        "cashtags": (names(entities.cashtags), expected),
        "cashtags_with_indices": (places(entities.cashtags), expected_places),
    },
    "validate.yml": {
        # Made for configuration 1: 140 code points …
        "tweets": (lambda case: not problems(case["text"], EARLY_X), expected),
        # … and for configuration 2, which gave emoji no discount.
        "WeightedTweetsCounterTest": (
            lambda case: weighted_length(case["text"], discount_emoji=False),
            lambda case: case["expected"]["weightedLength"],
        ),
        "WeightedTweetsWithDiscountedEmojiCounterTest": (length, expected_length),
        "UnicodeDirectionalMarkerCounterTest": (length, expected_length),
        "urls": (lambda case: links.is_valid(case["text"]), expected),
        "urls_without_protocol": (whole(entities.urls), expected),
        "usernames": (whole(entities.mentions), expected),
        "lists": (whole_list, expected),
        "hashtags": (whole(entities.hashtags), expected),
    },
}


def failures(folder: Path) -> Iterator[tuple[str, str, Any, Any] | None]:
    for file, groups in CHECKS.items():
        cases = yaml.safe_load((folder / file).read_text("utf-8"))["tests"]
        for group, (actual, wanted) in groups.items():
            for case in cases[group]:
                got, want = actual(case), wanted(case)
                yield None if got == want else (group, case["description"], got, want)


def report(folder: Path) -> tuple[int, int]:
    """Print the cases that fail; return how many pass, of how many."""
    results = list(failures(folder))
    failed = [result for result in results if result]
    for group, description, got, want in failed:
        print(f"FAILED {group}: {description}\n  got  {got}\n  want {want}")
    return len(results) - len(failed), len(results)


if __name__ == "__main__":
    passed, count = report(Path(sys.argv[1]))
    print(f"{passed} of {count} cases pass")
    sys.exit(passed < count)
