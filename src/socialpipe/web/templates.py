"""The template engine: everything is escaped, nothing undefined is passed over in silence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from socialpipe.resources import templates
from socialpipe.web import i18n, times, words

_VENDOR = Path(str(files("socialpipe.web"))) / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def environment() -> Environment:
    """Build the engine for pages."""
    made = Environment(
        loader=FileSystemLoader(templates() / "web"),
        autoescape=True,
        auto_reload=False,  # else every part of every page is looked for on disk
        cache_size=-1,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    i18n_calls = (i18n.gettext, i18n.ngettext)
    install = made.install_gettext_callables  # type: ignore[attr-defined]
    install(*i18n_calls, newstyle=True, pgettext=i18n.pgettext)
    made.filters |= {
        "when": times.when,
        "day": times.day,
        "clock": times.clock,
        "month": times.month,
        "weekday": times.weekday,
        "wall": times.wall,
        "from_now": times.from_now,
        "pairs": _pairs,
        "span": times.span,
        "zone_name": times.zone_name,
        "word": words.word,
        "said": words.said,
    }
    made.globals |= {"static": static}
    return made


def _pairs(values: Iterable[str]) -> list[tuple[str, str]]:
    """Make options of a select whose texts are their values."""
    return [(value, value) for value in values]


def static(name: str) -> str:
    """Return the address of a file for browsers; it changes with the content."""
    return f"/static/{name}?v={version(name)}"


def static_file(name: str) -> tuple[Path, str] | None:
    """Find a file that browsers may have, and its type: ours, or of a pinned package."""
    kind = _TYPES.get(Path(name).suffix)
    if kind is None:
        return None
    for folder in (templates() / "web", _VENDOR):
        found = (folder / name).resolve()
        if found.is_file() and found.is_relative_to(folder.resolve()):
            return found, kind
    return None


@lru_cache(maxsize=200)
def version(name: str) -> str:
    """Name the content of a file."""
    found = static_file(name)
    return hashlib.sha256(found[0].read_bytes()).hexdigest()[:12] if found else "missing"
