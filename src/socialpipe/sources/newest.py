"""Which entry of a feed is meant when only the feed is named."""

from __future__ import annotations

from datetime import UTC, datetime

from socialpipe.errors import Refused
from socialpipe.sources.found import Found
from socialpipe.text.feeds import Entry, Feed, read_feed

_NEVER = datetime.min.replace(tzinfo=UTC)


def newest(found: Found) -> tuple[Feed, Entry]:
    """Return the feed and its newest entry; without dates its first.

    Raises Refused for an empty feed.
    """
    feed = read_feed(found.data, url=found.url)
    if not feed.entries:
        raise Refused("This feed has no entry.", "Give the address of an article.")
    return feed, max(feed.entries, key=lambda entry: entry.published_at or _NEVER)
