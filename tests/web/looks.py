"""What every page must be: open to everybody, and no wider than a telephone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tests.web.chromium import axe as script

if TYPE_CHECKING:
    from playwright.sync_api import Page

_axe_script = lru_cache(maxsize=1)(script)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = "rules => axe.run({runOnly: rules}).then(found => found.violations)"


def axe(page: Page) -> None:
    """Assert that axe finds nothing, in light and in dark."""
    page.evaluate(_axe_script())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(_RUN, _RULES)
        told = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        assert told == [], f"{page.url} ({scheme})"


def no_overflow(page: Page, width: int = 360) -> None:
    """Assert that nothing is wider than a telephone."""
    page.set_viewport_size({"width": width, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} px wide"
