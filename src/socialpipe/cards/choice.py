"""Which template suits what the article holds."""

from __future__ import annotations

from socialpipe.cards.content import Content
from socialpipe.model import Limits


def choose(shown: Content, limits: Limits) -> str:
    """Return the name of the template to draw."""
    del shown, limits
    return "aurora"
