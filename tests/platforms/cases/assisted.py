"""A closed network."""

from __future__ import annotations

from tests.platforms.case import Case

from socialpipe.model import Receipt

CASE = Case(
    create="",
    routes={},
    receipt=Receipt(""),
    text_of=lambda _: "",
    settings={"site": "Naver Blog", "editor_url": "https://share.example/?u={url}&t={title}"},
)
