"""From an article to a draft, and what makes its posts be written anew."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from socialpipe.model.draft import Body, Draft, Stage, Wishes
from socialpipe.sources.found import Found
from socialpipe.web.composer import name_of

_REWRITE = ("channels", "brand_id", "tone", "link")  # wishes that the texts depend on


def from_file(file: BinaryIO, name: str, body: Body) -> tuple[str, Body]:
    """Read an article that somebody sent; return its text, and the draft's body with it.

    Raises Refused for what is no article.
    """
    from socialpipe.sources import LARGEST, parse

    article = parse(Found(file.read(LARGEST + 1), name))
    return article.text, replace(body, article=article, read_from=name_of(article.text))


def recomposed(now: Draft, wishes: Wishes) -> Draft:
    """Have it composed anew; the article is read again only when its text is another one."""
    body = replace(now.body, wishes=wishes)
    if now.problem or body.read_from != name_of(now.source):
        body = replace(body, article=None)
    return replace(now, body=body, stage=Stage.WORKING, problem=None)


def rewished(now: Draft, wanted: Wishes) -> Draft:
    """Give it other wishes; posts that there are, are written anew where that matters."""
    before = now.body.wishes
    if wanted == before:
        return now
    anew = any(getattr(wanted, name) != getattr(before, name) for name in _REWRITE)
    stage = Stage.WORKING if anew and now.stage is Stage.READY else now.stage
    return replace(now, body=replace(now.body, wishes=wanted), stage=stage, problem=None)
