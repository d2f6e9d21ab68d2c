"""Posts as Reddit shows and counts them."""

from __future__ import annotations

import re
from typing import Any

from socialpipe.model import Metrics, Receipt
from socialpipe.platforms.answer import Answer, dig, link, word
from socialpipe.platforms.readback import Seen, moment


def metrics(told: Answer) -> Metrics:
    """Read the counts of a post."""
    post = ("data", "children", 0, "data")
    return Metrics(
        views=told.number(*post, "view_count"),
        likes=told.number(*post, "score"),
        replies=told.number(*post, "num_comments"),
    )


def gallery(answer: Answer) -> Receipt:
    """Read the name of a gallery from its address, the only thing that is told."""
    url = answer.link("json", "data", "url") or answer.unclear()
    found = re.search(r"/comments/(\w+)", url)
    return Receipt(f"t3_{found[1]}", url) if found else answer.unclear()


def listed(page: Answer, subreddit: str) -> list[Seen]:
    """Read a page of an account's posts; those in another subreddit are not the one looked for."""
    return [_seen(post, subreddit.casefold()) for post in page.items("data", "children")]


def _seen(post: Any, here: str) -> Seen:
    receipt = Receipt(word(post, "data", "name"), link(post, "data", "url"))
    elsewhere = word(post, "data", "subreddit").casefold() != here
    title, at = word(post, "data", "title"), moment(dig(post, "data", "created_utc"))
    return Seen(receipt, title, at, ours=False if elsewhere else None)
