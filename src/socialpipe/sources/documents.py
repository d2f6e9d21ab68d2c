"""PDF and DOCX, read by libraries that the extra `documents` brings."""

from __future__ import annotations

import io
import logging
import time
import zipfile
from collections import Counter
from typing import Any

from socialpipe.errors import Refused
from socialpipe.model import Article
from socialpipe.sources.found import Found

PAGES = 100  # of a PDF that are read
PATIENCE = 20.0  # seconds after which no further page is read
_LONGEST = 2_000_000  # code points
_UNPACKED = 50_000_000  # bytes; a DOCX is a ZIP archive, and archives can be bombs
_PASTE = "Paste the text of the article instead."

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it comments on every flaw of a file


def read_pdf(found: Found) -> Article:
    """Read a PDF. Raises Refused when it is locked, broken, or holds pictures of text only."""
    from socialpipe.text.read import read

    try:
        import pypdf
    except ImportError:
        raise _missing("PDF") from None
    try:
        pages = _pages(pypdf.PdfReader(io.BytesIO(found.data)))
    except Refused:
        raise
    except Exception as error:  # a broken file breaks the library in any way
        raise Refused("This PDF is damaged: it cannot be read.", _PASTE) from error
    text = "\n".join(_without_margins(pages))
    if not text.strip():
        raise Refused("This PDF holds no text: it may be a scan.", _PASTE)
    return read(text[:_LONGEST], name="document.txt", url=found.url)


def _pages(reader: Any) -> list[list[str]]:
    """Return the lines of each page."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused("This PDF is locked with a password.", _PASTE)
    end = time.monotonic() + PATIENCE
    pages: list[list[str]] = []
    for page in reader.pages:
        if len(pages) == PAGES or time.monotonic() > end:
            break
        pages.append(page.extract_text().splitlines())
    return pages


def _without_margins(pages: list[list[str]]) -> list[str]:
    """Return all lines but page numbers and what stands on most pages."""
    seen = Counter(line.strip() for page in pages for line in set(page))
    often = max(3, len(pages) // 2 + 1)
    return [
        line
        for page in pages
        for line in page
        if not line.strip().isdigit() and (not line.strip() or seen[line.strip()] < often)
    ]


def read_docx(found: Found) -> Article:
    """Read a DOCX; its first heading is the title. Raises Refused when it is broken."""
    from socialpipe.text.read import assemble
    from socialpipe.text.reading.blocks import Draft, Kind
    from socialpipe.text.reading.clean import clean
    from socialpipe.text.reading.html import fragment

    blocks = fragment(clean(_docx_html(found.data))).blocks
    titled = bool(blocks) and blocks[0].kind is Kind.HEADING
    title = blocks[0].text if titled else ""
    return assemble(Draft(blocks=blocks[titled:], title=title), found.url)


def _docx_html(data: bytes) -> str:
    try:
        import mammoth
    except ImportError:
        raise _missing("DOCX") from None
    try:
        _weigh(data)
        html: str = mammoth.convert_to_html(
            io.BytesIO(data), convert_image=_no_image, style_map="p[style-name='Title'] => h1:fresh"
        ).value
    except Refused:
        raise
    except Exception as error:  # a broken file breaks the library in any way
        raise Refused("This DOCX is damaged: it cannot be read.", _PASTE) from error
    return html


def _weigh(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(file.file_size for file in archive.infolist())
    if size > _UNPACKED:
        raise Refused("This DOCX unpacks to far more than an article.", _PASTE)


def _no_image(_: object) -> list[object]:
    return []


def _missing(kind: str) -> Refused:
    return Refused(
        f"This is a {kind}, which needs one more library to read.",
        "pip install 'socialpipe[documents]', or paste the text of the article.",
    )
