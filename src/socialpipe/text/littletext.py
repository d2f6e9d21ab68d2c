r"""LinkedIn's "little text": an unescaped reserved character silently cuts the post there.

Reserved: \ | { } @ [ ] ( ) < > # * _ ~ (learn.microsoft.com little-text-format, 2026-08). The
limit of 3000 holds for what is sent, so counting needs this too.
"""

from __future__ import annotations

import re
from urllib.parse import quote

_RESERVED = r"\|{}@[]()<>#*_~"
_PIECE = re.compile(
    r"(?P<url>https?://\S+)|(?<!\S)[#＃](?P<tag>\w*[^\W\d_]\w*)|(?P<rest>.)", re.DOTALL
)


def little_text(text: str, *, plain_hashtags: bool = False) -> str:
    """Escape all but links and hashtags; hashtags become templates unless they are ASCII."""
    return _PIECE.sub(lambda match: _sent(match, plain_hashtags=plain_hashtags), text)


def _sent(match: re.Match[str], *, plain_hashtags: bool) -> str:
    if match["url"]:
        return re.sub(r"[\\|{}\[\]()<>]", lambda c: quote(c[0], safe=""), match["url"])
    tag = match["tag"]
    if tag is None:
        return _escaped(match["rest"])
    if plain_hashtags or (tag.isascii() and "_" not in tag):
        return match[0]
    return rf"{{hashtag|\#|{_escaped(tag)}}}"


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in _RESERVED else c for c in text)
