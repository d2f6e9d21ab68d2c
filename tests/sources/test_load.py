"""Files, standard input and documents: what becomes an article and what is refused."""

from __future__ import annotations

import io
import sys
import unicodedata
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from socialpipe import sources
from socialpipe.errors import NotFound, Refused, UsageError
from socialpipe.sources import documents, load

LINES = (
    "The bakery on the corner sold 400 loaves on Monday.",
    "Queues reached the tram stop before eight in the morning.",
    "Three ovens are not enough for the new demand.",
)


def pdf(*pages: Sequence[str]) -> bytes:
    """Return a PDF with one text line below the other."""
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets: list[int] = []

    def add(body: bytes) -> int:
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (len(offsets), body))
        return len(offsets)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids, parent = [], 2 * len(pages) + 2
    for lines in pages:
        shown = b"".join(b"(%s) Tj 0 -20 Td " % line.encode("latin-1") for line in lines)
        stream = b"BT /F1 12 Tf 60 760 Td %s ET" % shown
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (parent, content, font)
            )
        )
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    add(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(kids)))
    root = add(b"<< /Type /Catalog /Pages %d 0 R >>" % parent)
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    size = len(offsets) + 1
    out.write(b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, root, table))
    return out.getvalue()


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org"


def docx(title: str, *paragraphs: str) -> bytes:
    """Return a DOCX with a title and paragraphs."""
    head = (
        f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>{escape(title)}</w:t></w:r></w:p>'
    )
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_R}/package/2006/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
            "</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_R}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{_R}/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/styles.xml",
            f'<w:styles {_W}><w:style w:type="paragraph" w:styleId="Title">'
            '<w:name w:val="Title"/></w:style></w:styles>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_R}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{_R}/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "word/document.xml", f"<w:document {_W}><w:body>{head}{body}</w:body></w:document>"
        )
    return out.getvalue()


def saved(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_text_file(tmp_path: Path) -> None:
    source = saved(tmp_path, "a.txt", ("Bread is back\n\n" + " ".join(LINES)).encode())
    assert load(source).title == "Bread is back"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    data = ("# Bread is back\n\n" + " ".join(LINES)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert load("-").title == "Bread is back"


def test_korean_in_decomposed_form_is_composed(tmp_path: Path) -> None:
    text = "빵이 돌아왔다\n\n모퉁이 빵집이 월요일에 빵 400개를 팔았다. 줄이 길었다.\n"
    source = saved(tmp_path, "빵.txt", unicodedata.normalize("NFD", text).encode())
    article = load(source)
    assert article.title == "빵이 돌아왔다"
    assert unicodedata.is_normalized("NFC", article.text)


@pytest.mark.parametrize("name", ["no-such.md", "", "null\0byte"])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound, match="cannot be read"):
        load(str(tmp_path / name))


def test_endless_files_are_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST", 1000)
    with pytest.raises(Refused, match="larger"):
        load("/dev/zero")


@pytest.mark.parametrize("address", ["ftp://h.example/a", "file:///etc/passwd", "http://", "x://"])
def test_other_addresses(address: str) -> None:
    with pytest.raises(UsageError, match="no web address"):
        load(address)


def test_feed_on_disk(tmp_path: Path) -> None:
    told: list[str] = []
    body = "".join(f"<p>{line}</p>" for line in LINES * 4)
    items = "".join(
        f"<item><title>Day {n}</title><guid>{n}</guid><pubDate>{n:02} Nov 2026 08:00:00 GMT"
        f"</pubDate><description>{escape(body)}</description></item>"
        for n in (3, 9, 5)
    )
    feed = (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
    )
    article = load(saved(tmp_path, "feed.xml", feed.encode()), tell=told.append)
    assert article.title == "Day 9"
    assert "400 loaves" in article.text
    assert told == ["This is a feed of 3 entries. Reading the newest: Day 9"]


@pytest.mark.parametrize("item", ["", "<item><title>Teaser</title></item>"])
def test_feed_with_nothing_to_read(tmp_path: Path, item: str) -> None:
    feed = f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>"
    with pytest.raises(Refused, match="entry"):
        load(saved(tmp_path, "feed.xml", feed.encode()))


class TestPdf:
    def test_is_read(self, tmp_path: Path) -> None:
        article = load(saved(tmp_path, "a.pdf", pdf(["Bread is back", *LINES])))
        assert article.title == "Bread is back"
        assert "sold 400 loaves" in article.text

    def test_page_numbers_and_running_heads_go(self, tmp_path: Path) -> None:
        pages = [["The Daily Crumb", line, str(n)] for n, line in enumerate(LINES, start=1)]
        article = load(saved(tmp_path, "a.pdf", pdf(["Bread is back"], *pages)))
        assert "Crumb" not in article.text
        assert "\n1\n" not in article.text
        assert all(line in article.text for line in LINES)

    def test_scan(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="scan"):
            load(saved(tmp_path, "a.pdf", pdf([])))

    def test_damaged(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="damaged"):
            load(saved(tmp_path, "a.pdf", b"%PDF-1.7\n" + b"\xff\x00" * 500))

    def test_locked(self, tmp_path: Path) -> None:
        from pypdf import PdfReader, PdfWriter

        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(LINES))))
        writer.encrypt("secret")
        out = io.BytesIO()
        writer.write(out)
        with pytest.raises(Refused, match="password"):
            load(saved(tmp_path, "a.pdf", out.getvalue()))

    def test_only_so_many_pages(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(documents, "PAGES", 2)
        article = load(saved(tmp_path, "a.pdf", pdf(*[[line] for line in LINES])))
        assert LINES[1] in article.text
        assert LINES[2] not in article.text


class TestDocx:
    def test_is_read(self, tmp_path: Path) -> None:
        article = load(saved(tmp_path, "a.docx", docx("Bread is back", *LINES)))
        assert article.title == "Bread is back"
        assert article.text == "\n\n".join(LINES)

    def test_damaged(self, tmp_path: Path) -> None:
        with pytest.raises(Refused, match="damaged"):
            load(saved(tmp_path, "a.docx", docx("Bread is back", *LINES)[:-200]))

    def test_bomb(self, tmp_path: Path) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", b" " * 51_000_000)
        with pytest.raises(Refused, match="unpacks"):
            load(saved(tmp_path, "a.docx", out.getvalue()))


@pytest.mark.parametrize(("kind", "library"), [("pdf", "pypdf"), ("docx", "mammoth")])
def test_without_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, library: str
) -> None:
    data = pdf(LINES) if kind == "pdf" else docx("Bread is back", *LINES)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(Refused, match=kind.upper()) as caught:
        load(saved(tmp_path, f"a.{kind}", data))
    assert "socialpipe[documents]" in caught.value.fix
