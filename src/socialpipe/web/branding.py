"""Brand files, checked before they are kept."""

from __future__ import annotations

from socialpipe.errors import UsageError
from socialpipe.text.brand import parse
from socialpipe.web.i18n import gettext as _

_LONGEST = 100_000  # characters of a brand file


def read_file(data: bytes) -> str:
    """Return the text of a brand file that was sent."""
    return data[: _LONGEST + 1].decode("utf-8", "replace")


def name_of(source: str) -> str:
    """Return the name that a brand file gives.

    Raises UsageError that names the key and the remedy.
    """
    if len(source) > _LONGEST:
        raise UsageError(_("This is too long for a brand file."), _("Shorten it."))
    brand = parse(source)
    if not brand.name.strip():
        raise UsageError(_("The brand has no name."), _('Add a line: name = "…"'))
    if any("/" in font or "\\" in font for font in brand.fonts):
        raise UsageError(
            _("Fonts are given by their file name here, without a folder."),
            _("They lie in SOCIALPIPE_FONT_DIRS."),
        )
    return brand.name.strip()
