"""The viewer's language and clock: Korean and English, times in their zone.

The sentences in templates and code are English; `templates/web/locale/ko/*.po`, one file a noun,
has the Korean ones. They are read as they are: nobody has to compile anything.
"""

from __future__ import annotations

import gettext as catalogs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from socialpipe.resources import templates

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LOCALES = {"en": "English", "ko": "한국어"}
SOURCE = "en"
_GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes a page is for."""

    locale: str = SOURCE
    timezone: str = "UTC"
    clock: datetime | None = None  # the page's now: what "in 5 minutes" counts from

    @property
    def zone(self) -> ZoneInfo:
        """Their time zone."""
        return ZoneInfo(self.timezone)


_VIEWER: ContextVar[Viewer] = ContextVar("viewer", default=Viewer())  # noqa: B039 - it is frozen


def viewer() -> Viewer:
    """Return whose eyes this is for; outside of a request, somebody English in UTC."""
    return _VIEWER.get()


def show_to(who: Viewer) -> None:
    """Speak to this viewer for the rest of the request."""
    _VIEWER.set(who)


@contextmanager
def speaking_to(who: Viewer) -> Iterator[None]:
    """Speak to this viewer meanwhile."""
    before = _VIEWER.set(who)
    try:
        yield
    finally:
        _VIEWER.reset(before)


def gettext(message: str) -> str:
    """Say it in the viewer's language; import it as `_`."""
    return translations(viewer().locale).gettext(message) if message else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """Say it of n things in the viewer's language."""
    return translations(viewer().locale).ngettext(singular, plural, n)


def pgettext(context: str, message: str) -> str:
    """Say a word that has several meanings."""
    return translations(viewer().locale).pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a sentence that is translated where it is shown: `_(TITLE)`."""
    return message


@lru_cache(maxsize=len(LOCALES))
def translations(locale: str) -> catalogs.NullTranslations:
    """Return the sentences of a language, from all of its catalogs."""
    from babel.messages.catalog import Catalog

    whole = Catalog(locale)
    for catalog in _read(locale):
        for entry in catalog:
            if entry.id:
                whole[entry.id] = entry
    return _compiled(whole)


@lru_cache(maxsize=len(LOCALES))
def forms(locale: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the sentences with gaps ("due in {span}") and their patterns, the longest first."""
    ids = (entry.id for catalog in _read(locale) for entry in catalog)
    known = {one for one in ids if isinstance(one, str) and _GAP.search(one)}
    ordered = sorted(known, key=lambda form: (-len(_GAP.sub("", form)), form))
    return tuple((form, _pattern(form)) for form in ordered)


def _pattern(form: str) -> re.Pattern[str]:
    """Match what a form was filled to: "due in 5 min" for "due in {span}"."""
    parts = _GAP.split(form)  # text, name, text, name, … text
    told = (f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile("".join(told), re.DOTALL)


def folder(locale: str) -> Path:
    """Return where a language's catalogs are."""
    return templates() / "web" / "locale" / locale


def negotiated(accepted: str) -> str:
    """Choose the language for an Accept-Language header."""
    from babel import negotiate_locale

    wanted = [part.split(";")[0].strip() for part in accepted.split(",")]
    return negotiate_locale([tag for tag in wanted if tag], list(LOCALES), sep="-") or SOURCE


def _read(locale: str) -> list[Catalog]:
    from babel.messages.pofile import read_po

    found = []
    for file in sorted(folder(locale).glob("*.po")):
        with file.open("rb") as source:
            found.append(read_po(source, locale=locale))
    return found


def _compiled(catalog: Catalog) -> catalogs.GNUTranslations:
    from babel.messages.mofile import write_mo

    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return catalogs.GNUTranslations(compiled)
