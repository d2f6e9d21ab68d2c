"""The words of the product's nouns and states, and sentences that come out of the store."""

from __future__ import annotations

from collections.abc import Mapping

from socialpipe.errors import SocialpipeError
from socialpipe.model.phrase import Phrase
from socialpipe.web.i18n import N_
from socialpipe.web.i18n import gettext as _

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
}


def word(value: str) -> str:
    """Say a state, a role or a scope in the viewer's language."""
    return _(WORDS.get(str(value), str(value)))


def said(sentence: str | SocialpipeError) -> str:
    """Say a sentence of the product in the viewer's language, with its values put in."""
    if isinstance(sentence, SocialpipeError):
        return " ".join(filter(None, (said(sentence.what), said(sentence.fix))))
    if isinstance(sentence, Phrase):
        return _(sentence.template).format(**{k: said(v) for k, v in sentence.values.items()})
    return _(sentence)
