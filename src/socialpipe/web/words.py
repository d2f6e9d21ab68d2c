"""The words of the product's nouns and states, and sentences that come out of the store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from socialpipe.errors import SocialpipeError
from socialpipe.model.phrase import Phrase
from socialpipe.web.i18n import N_, SOURCE, forms, translations, viewer
from socialpipe.web.i18n import gettext as _

_END = re.compile(r"\.\s+(?=\S)")  # of a sentence that another one follows
_LONGEST = 1000  # characters of a sentence of ours; whatever is longer is somebody else's text

# By the value as the store has it.
WORDS: Mapping[str, str] = {
    "draft": N_("draft"),
    "in_review": N_("in review"),
    "approved": N_("approved"),
    "scheduled": N_("scheduled"),
    "claimed": N_("handed out"),
    "publishing": N_("publishing"),
    "published": N_("published"),
    "uncertain": N_("uncertain"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
    "missed": N_("missed"),
    "owner": N_("owner"),
    "admin": N_("admin"),
    "editor": N_("editor"),
    "approver": N_("approver"),
    "operator": N_("operator"),
    "viewer": N_("viewer"),
    "client": N_("client"),
    "read": N_("read"),
    "write": N_("write"),
    "publish": N_("publish"),
    "publish worker": N_("publish worker"),
    "prepare worker": N_("prepare worker"),
    "dispatcher": N_("dispatcher"),
    "keeper": N_("keeper"),
    "roles": N_("roles"),
    "channels": N_("channels"),
    "hooks": N_("hooks"),
}


def word(value: str) -> str:
    """Say a state, a role, a scope or a part of the installation in the viewer's language."""
    return _(WORDS.get(str(value), str(value)))


def said(sentence: str | SocialpipeError) -> str:
    """Say a sentence of the product in the viewer's language, with its values put in."""
    if isinstance(sentence, SocialpipeError):
        return " ".join(filter(None, (said(sentence.what), said(sentence.fix))))
    if isinstance(sentence, Phrase):
        return _filled(sentence.template, sentence.values)
    return _recognised(viewer().locale, sentence)


@lru_cache(maxsize=10_000)
def _recognised(locale: str, text: str) -> str:
    """Say what came out of the store: one sentence, or several that are all known."""
    if locale == SOURCE or len(text) > _LONGEST:
        return text
    for end in _END.finditer(text):
        head, tail = text[: end.end()].rstrip(), text[end.end() :]
        known, rest = _known(locale, head), _recognised(locale, tail)
        if known is not None and rest != tail:
            return f"{known} {rest}"
    return _known(locale, text) or text


def _known(locale: str, sentence: str) -> str | None:
    """Say a sentence by the template that it was once made from; None: it is nobody's."""
    told = translations(locale).gettext(sentence) if sentence else ""
    if told != sentence:
        return told
    for template, pattern in forms(locale):
        if match := pattern.fullmatch(sentence):
            return _filled(template, match.groupdict())
    return None


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _(template).format(**{name: said(value) for name, value in values.items()})
