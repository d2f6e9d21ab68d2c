"""Sentences that can be said in another language later: the form, and what is put into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self


class Phrase(str):
    """An English sentence that remembers its template: `Phrase("due in {span}", span="5 min")`."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, str]

    def __new__(cls, template: str, **values: object) -> Self:
        """Put the values into the template."""
        told = {name: one if isinstance(one, str) else str(one) for name, one in values.items()}
        made = super().__new__(cls, template.format(**told))
        made.template = template
        made.values = told
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        """Say how a copy is made."""
        return (self.template,), dict(self.values)
