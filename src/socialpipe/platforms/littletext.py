r"""LinkedIn's "little text": an unescaped reserved character silently cuts the post there.

Reserved: \ | { } @ [ ] ( ) < > # * _ ~ (learn.microsoft.com little-text-format, 2026-08).
"""

from __future__ import annotations

import re
from urllib.parse import quote

_RESERVED = r"\|{}@[]()<>#*_~"
_PIECES = re.compile(
    r"(?P<url>https?://\S+)|(?P<tag>(?<!\S)[#＃](?P<name>\w*[^\W\d_]\w*))|(?P<rest>.)",
    re.DOTALL,
)


def little_text(text: str, *, plain_hashtags: bool = False) -> str:
    """Escape all but links and hashtags; the latter as templates, unless they are ASCII."""
    return "".join(_piece(match, plain_hashtags) for match in _PIECES.finditer(text))


def _piece(match: re.Match[str], plain: bool) -> str:  # noqa: FBT001
    if url := match["url"]:
        return re.sub(r"[\\|{}\[\]()<>]", lambda c: quote(c.group(), safe=""), url)
    if tag := match["tag"]:
        name = match["name"]
        bare = plain or (name.isascii() and "_" not in name)
        return tag if bare else rf"{{hashtag|\#|{_escaped(name)}}}"
    return _escaped(match["rest"])


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in _RESERVED else c for c in text)
