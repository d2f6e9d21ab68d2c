"""Bytes to text: what the source declares, else what reads like a language."""

from __future__ import annotations

import codecs
import re

from socialpipe.errors import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
# Browsers read these labels as the larger set (WHATWG Encoding Standard, 2025).
_LARGER = {
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
    "big5": "big5hkscs",
}
# The letters that texts in a legacy charset are mostly made of, and how much of a text they are.
_HANS = (
    "的一是了不在有人我他这为之来以个中上大到说们国和地也子时道出而要于就"
    "下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都"
    "三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从"
)
_HANT = (
    "的一是了不在有人我他這為之來以個中上大到說們國和地也子時道出而要於就"
    "下得可你年生自會那後能對著事其里所去行過家十用發天如然作方成者多日都"
    "三小軍二無同麼經法當起與好看學進種將還分此心前面又定見只主沒公從"
)
_TYPICAL: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("cp949", re.compile("[가-힣]"), 1.0),
    ("cp932", re.compile("[ぁ-んァ-ヶー、。]"), 1.7),
    ("euc_jp", re.compile("[ぁ-んァ-ヶー、。]"), 1.7),
    ("gb18030", re.compile(f"[{_HANS}，。]"), 2.2),
    ("big5hkscs", re.compile(f"[{_HANT}，。]"), 2.2),
    ("cp874", re.compile("[กนรางเอวมลทสดตคบยพชหป่้ัิีื]"), 1.1),
    ("cp1251", re.compile("[оеаинтсрвлкмдпуяыь]"), 1.15),
    ("koi8_r", re.compile("[оеаинтсрвлкмдпуяыь]"), 1.15),
    ("cp1256", re.compile("[اليمنرتوبةعدفسهكقأح]"), 1.1),
    ("cp1254", re.compile("[ğışİĞŞà-ïñ-öø-üÿÀÉÈÊÇÄÖÜÑß’‘“”«»–—…€£°]"), 0.98),
    ("cp1252", re.compile("[à-ïñ-öø-üÿÀÉÈÊÇÄÖÜÑß’‘“”«»–—…€£°·¿¡\xa0]"), 0.99),
)
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")
_LATIN = frozenset({"cp1252", "cp1254"})


def decode(data: bytes) -> str:
    """Return the text of these bytes.

    Raises Refused when they are no text, or in no charset that reads like a language.
    """
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return data.decode(charset, "replace")
    if data.startswith(_BINARY) or b"\0" in data[:65536]:
        raise Refused("This file is binary, not text.", "Hand over text, Markdown or HTML.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _declared(data) or _guessed(data)


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:4096])
    if not found:
        return None
    label = found[1].decode("ascii", "replace").lower()
    try:
        codec = codecs.lookup(_LARGER.get(label, label)).name
        text = data.decode(codec, "replace")
    except (LookupError, ValueError):
        return None
    return text if text.count("\ufffd") <= len(text) // 200 else None


def _guessed(data: bytes) -> str:
    sample = data[:20_000]
    scores = {
        charset: _score(sample, charset, typical) * weight for charset, typical, weight in _TYPICAL
    }
    best = max(scores, key=lambda charset: scores[charset])
    mended = data.decode("utf-8", "ignore")
    if len(mended.encode()) >= len(data) * 0.98:  # UTF-8 with a few broken bytes
        return mended
    if scores[best] < 0.5:
        raise Refused(
            "The bytes of this text are in no character set that is known here.",
            "Save it as UTF-8 and try again.",
        )
    return data.decode(best, "replace").replace("\ufffd", "")


def _score(sample: bytes, charset: str, typical: re.Pattern[str]) -> float:
    """Which share of the non-ASCII characters is typical of the charset's languages."""
    text = sample.decode(charset, "replace")
    foreign = sum(character > "\x7f" for character in text)
    plain = len(re.findall("[A-Za-z]", text))
    share = len(typical.findall(text)) / max(1, foreign)
    # Only Latin texts mix their letters with ASCII ones.
    return share if charset in _LATIN else share * min(1.0, 3 * foreign / max(1, foreign + plain))
