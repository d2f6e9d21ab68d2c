"""Articles as the command line takes them."""

from __future__ import annotations

from socialpipe.cli.output import say
from socialpipe.model import Article


def read_article(source: str) -> Article:
    """Read the article at a path, a URL, or `-` for standard input; see `sources.load`."""
    from socialpipe.sources import load

    return load(source, tell=say)
