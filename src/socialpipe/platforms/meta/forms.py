"""What Meta wants in its forms, and what it shows of a post."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from socialpipe.platforms.answer import Answer, number, word

ONWARD = ("after", "until", "__paging_token")  # what leads on in the address of the next page


def insights(answer: Answer) -> dict[str, int]:
    """Read the numbers of a post by their names, in either shape that Meta gives them."""
    found = {}
    for metric in answer.items("data"):
        value = number(metric, "values", 0, "value")
        value = number(metric, "total_value", "value") if value is None else value
        if value is not None:
            found[word(metric, "name")] = value
    return found


def next_page(answer: Answer, _: int) -> dict[str, str] | None:
    """Get the next page of a list by what its address says, but for the token in there."""
    query = dict(parse_qsl((answer.link("paging", "next") or "").partition("?")[2]))
    return {name: query[name] for name in ONWARD if name in query} or None


def attached(numbers: list[str]) -> dict[str, str]:
    """Write media ids as Facebook's form wants them."""
    return {
        f"attached_media[{n}]": json.dumps({"media_fbid": number})
        for n, number in enumerate(numbers)
    }
