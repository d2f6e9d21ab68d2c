"""Previews: the posts that an article would become; nothing is stored."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from socialpipe.composing import write_for
from socialpipe.errors import Refused
from socialpipe.model import Post as Made
from socialpipe.model import Unit
from socialpipe.web.api.articles import Source, Wishes, options_of, read
from socialpipe.web.api.kinds import Text
from socialpipe.web.api.problems import Unprocessable
from socialpipe.web.api.route import router as new_router
from socialpipe.web.auth import may
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("previews")


class Wanted(Source):
    """An article, and the networks that it shall be written for."""

    platforms: list[Text] = Field(min_length=1, max_length=50, description="Names of networks.")
    options: Wishes = Field(default_factory=Wishes)


class Part(BaseModel):
    """Exactly the text of one call."""

    text: str
    length: int
    limit: int
    unit: Unit


class Post(BaseModel):
    """What a network would show. Cards are drawn when it is queued."""

    platform: str
    kind: str
    title: str | None
    link: str | None
    hashtags: list[str]
    first_comment: str | None
    parts: list[Part]


class Preview(BaseModel):
    """An article as posts."""

    title: str
    language: str
    posts: list[Post]


@router.post("")
def compose(visit: Annotated[Visit, may(Action.COMPOSE)], wanted: Wanted) -> Preview:
    """Write the posts of an article, without storing anything."""
    article = read(wanted)
    options = options_of(visit, wanted.options, wanted, article)
    try:
        made = write_for(article, {name: name for name in wanted.platforms}, options)
    except Refused as error:
        raise Unprocessable(error.what, error.fix) from None
    posts = [_told(made.posts[name][0]) for name in dict.fromkeys(wanted.platforms)]
    return Preview(title=article.title, language=article.language, posts=posts)


def _told(made: Made) -> Post:
    parts = [
        Part(text=one.text, length=one.length, limit=one.limit, unit=one.unit) for one in made.parts
    ]
    same = ("platform", "kind", "title", "link", "first_comment")
    told = {name: getattr(made, name) for name in same}
    return Post(**told, hashtags=list(made.hashtags), parts=parts)
