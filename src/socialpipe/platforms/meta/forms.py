"""What Meta wants in its forms, and what it shows of a post."""

from __future__ import annotations

import json

from socialpipe.platforms.answer import Answer, number, word


def insights(answer: Answer) -> dict[str, int]:
    """Read the numbers of a post by their names, in either shape that Meta gives them."""
    found = {}
    for metric in answer.items("data"):
        value = number(metric, "values", 0, "value")
        value = number(metric, "total_value", "value") if value is None else value
        if value is not None:
            found[word(metric, "name")] = value
    return found


def attached(numbers: list[str]) -> dict[str, str]:
    """Write media ids as Facebook's form wants them."""
    return {
        f"attached_media[{n}]": json.dumps({"media_fbid": number})
        for n, number in enumerate(numbers)
    }
