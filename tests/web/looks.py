"""What every page must be: open to everybody, and no wider than a telephone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from tests.web.chromium import axe as script

if TYPE_CHECKING:
    from playwright.sync_api import Page

_axe_script = lru_cache(maxsize=1)(script)
_RUN = "rules => axe.run({runOnly: rules}).then(found => found.violations)"
_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_COLOURS = ["color-contrast", "link-in-text-block"]  # all that can differ in the dark
_SCHEMES: Mapping[Literal["light", "dark"], list[str]] = {"dark": _COLOURS, "light": _ALL}


def axe(page: Page) -> None:
    """Assert that axe finds nothing, in light and in dark."""
    page.evaluate(_axe_script())
    for scheme, rules in _SCHEMES.items():
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(_RUN, rules)
        told = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        assert told == [], f"{page.url} ({scheme})"


def no_overflow(page: Page, width: int = 360) -> None:
    """Assert that nothing is wider than a telephone."""
    page.set_viewport_size({"width": width, "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} px wide"
