"""What Naver Cafe takes for text: it decodes twice and believes in MS949."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote


def encoded(text: str) -> str:
    """Percent-encode once; the form does it a second time, and the server decodes twice.

    It takes the text for MS949, so what that does not have becomes a character reference.
    """
    return quote(known(text))


def known(text: str) -> str:
    """Write what MS949 has not as character references."""
    return "".join(map(_known, unicodedata.normalize("NFC", text)))


def _known(character: str) -> str:
    try:
        character.encode("cp949")
    except UnicodeEncodeError:
        return f"&#{ord(character)};"
    return character
