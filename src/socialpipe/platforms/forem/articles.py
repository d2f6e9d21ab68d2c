"""Articles as Forem takes and shows them."""

from __future__ import annotations

import re
from typing import Any

from socialpipe.model import Receipt
from socialpipe.platforms import markup
from socialpipe.platforms.answer import dig, link, word
from socialpipe.platforms.base import PartRequest
from socialpipe.platforms.readback import Seen, moment


def title(request: PartRequest) -> str:
    """Title an article; longer ones are refused (forem issue 19587)."""
    return markup.title(request, 128)


def tag(name: str) -> str:
    """Write a tag: lower-case letters and digits."""
    return "".join(c for c in name.lower() if c.isalnum())


def liquid(text: str) -> str:
    """Keep text from being taken for a Liquid tag."""
    return re.sub(r"\{[%{]", r"{% raw %}\g<0>{% endraw %}", text)


def seen(article: Any) -> Seen:
    """Read one article of the list, which has no bodies: the site takes no title twice."""
    receipt = Receipt(word(article, "id"), link(article, "url"))
    return Seen(receipt, word(article, "title"), moment(dig(article, "published_at")))
