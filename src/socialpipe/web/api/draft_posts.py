"""The posts of a draft: as each channel will show it, edited one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import File, Response, UploadFile
from pydantic import BaseModel, Field, model_validator

from socialpipe.errors import NotFound, Refused
from socialpipe.model import Unit
from socialpipe.model.draft import Draft, Sheet, Stage
from socialpipe.text import chips
from socialpipe.web import edits, preview
from socialpipe.web.api.articles import Theme, template_name
from socialpipe.web.api.kinds import Id, Strict, Text, plain
from socialpipe.web.api.problems import OF_EDITS
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.versions import IfMatch, check, version_of
from socialpipe.web.auth import may
from socialpipe.web.look import Counted, Picture
from socialpipe.web.permissions import Action
from socialpipe.web.uploads import redrawn
from socialpipe.web.visit import Visit

router = new_router("drafts")


class Part(BaseModel):
    """One part, by the channel's own measure."""

    text: str
    length: int
    limit: int
    unit: Unit
    problems: list[str] = Field(description="Why it cannot be sent; none: it fits.")


class Card(BaseModel):
    """An image that goes with the post."""

    key: str = Field(description="Names it in `alts`.")
    alt: str
    width: int
    height: int
    mime: str
    path: str = Field(description="Where its bytes are.")


class Post(BaseModel):
    """What a channel will say, as the draft is now."""

    channel: str
    channel_id: int
    platform: str
    fits: bool
    edited: bool = Field(description="Somebody changed what was composed.")
    variant: int = Field(description="Which of the composed ones is chosen.")
    variants: int
    title: str | None
    parts: list[Part]
    link: str | None
    warning: str | None
    hashtags: list[str]
    first_comment: str | None
    template: str | None
    theme: str | None
    cards: list[Card]
    card_problem: str | None


class PostEdit(Strict):
    """What shall be another; what is left out stays."""

    variant: int | None = Field(None, ge=0, le=9, description="Takes back what was edited.")
    texts: list[Text] | None = Field(None, min_length=1, max_length=100, description="One a part.")
    title: Text | None = Field(None, max_length=1000)
    first_comment: Text | None = Field(None, max_length=10_000, description='"": none.')
    hashtags: list[Text] | None = Field(None, max_length=100, description="These, in this order.")
    template: Text | None = Field(None, max_length=100, description="null: the campaign's.")
    theme: Theme | None = Field(None, description="null: the campaign's.")
    alts: dict[Text, Text] | None = Field(None, max_length=100, description="By card key.")

    @model_validator(mode="after")
    def _something(self) -> PostEdit:
        if not self.model_fields_set:
            raise ValueError("nothing is to be changed")
        return self


@router.get("/{draft_id}/posts")
def index(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id) -> list[Post]:
    """Return the posts; none while it is being composed."""
    draft = visit.store.drafts.get(draft_id)
    if draft.stage is not Stage.READY:
        return []
    return [told(draft, one) for one in preview.views(visit.store, visit.desk.easel, draft)]


@router.get("/{draft_id}/posts/{channel_id}")
def show(
    visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id, channel_id: Id, response: Response
) -> Post:
    """Return the post of a channel; the ETag is for edits."""
    return _shown(visit, visit.store.drafts.get(draft_id), channel_id, response)


@router.patch("/{draft_id}/posts/{channel_id}", responses=OF_EDITS)
def edit(  # noqa: PLR0917 - the parts of a request
    visit: Annotated[Visit, may(Action.COMPOSE)],
    draft_id: Id,
    channel_id: Id,
    wanted: PostEdit,
    response: Response,
    if_match: IfMatch = None,
) -> Post:
    """Change one post; nobody else's edit is lost."""
    after = change(visit, draft_id, channel_id, wanted, if_match)
    return _shown(visit, after, channel_id, response)


@router.post("/{draft_id}/posts/{channel_id}/fit")
def fit(
    visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id, channel_id: Id, response: Response
) -> Post:
    """Shorten every part until it fits."""
    view = _view(visit, visit.store.drafts.get(draft_id), channel_id)
    fitted = edits.fitted(view.limits, with_image=view.limits.images > 0)
    return _shown(visit, _with(visit, draft_id, channel_id, fitted), channel_id, response)


@router.post("/{draft_id}/posts/{channel_id}/reset")
def reset(
    visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id, channel_id: Id, response: Response
) -> Post:
    """Take back everything that people changed."""
    _view(visit, visit.store.drafts.get(draft_id), channel_id)
    return _shown(visit, _with(visit, draft_id, channel_id, edits.reset), channel_id, response)


@router.get(
    "/{draft_id}/posts/{channel_id}/cards/{n}",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}},
)
def card(
    visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id, channel_id: Id, n: int
) -> Response:
    """Send a card: the first is 0."""
    cards = _view(visit, visit.store.drafts.get(draft_id), channel_id).drawn.cards
    if not 0 <= n < len(cards):
        raise NotFound("There is no such card.")
    return Response(cards[n].data, media_type=cards[n].mime)


@router.put("/{draft_id}/picture", status_code=204)
def picture(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    draft_id: Id,
    file: Annotated[UploadFile, File(description="JPEG, PNG, WebP or GIF.")],
) -> None:
    """Take a picture for the cards."""
    visit.store.drafts.get(draft_id)
    data = redrawn(file.file)
    visit.store.drafts.change(draft_id, lambda now: replace(now, picture=data), visit.actor)


@router.delete("/{draft_id}/picture", status_code=204)
def no_picture(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id) -> None:
    """Draw the cards without it."""
    visit.store.drafts.change(draft_id, lambda now: replace(now, picture=None), visit.actor)


def change(
    visit: Visit, draft_id: int, channel_id: int, wanted: PostEdit, if_match: str | None
) -> Draft:
    """Edit the post of one channel, if it is as the caller read it.

    Raises VersionNeeded, Outdated, NotFound, Unprocessable; Refused when the draft is queued.
    """
    template_name(wanted.template)
    _view(visit, visit.store.drafts.get(draft_id), channel_id)

    def after(sheet: Sheet) -> Sheet:
        check(if_match, version(sheet))
        _check_fields(wanted, sheet)
        for step in _steps(wanted):
            sheet = step(sheet)
        return sheet

    return _with(visit, draft_id, channel_id, after)


def _check_fields(wanted: PostEdit, sheet: Sheet) -> None:
    for name in ("title", "first_comment"):
        if getattr(wanted, name) is not None and getattr(sheet.post, name) is None:
            raise Refused(f"This post has no {name}.", "Put it into the text.")


def _steps(wanted: PostEdit) -> Iterator[edits.Change]:
    if wanted.variant is not None:
        yield edits.picked(wanted.variant)
    yield edits.retold(wanted.texts, wanted.title, wanted.first_comment)
    if wanted.hashtags is not None:
        yield edits.tagged(partial(chips.with_tags, words=wanted.hashtags))
    looks = plain(wanted, ("template", "theme"))
    alts = wanted.alts or {}
    yield lambda sheet: replace(sheet, **looks, alts={**sheet.alts, **alts})


def version(sheet: Sheet) -> str:
    """Name a state of a post."""
    return version_of("post", edits.stamp(sheet))


def told(draft: Draft, view: preview.View) -> Post:
    """Describe a post for a program."""
    post, sheet, channel = view.post, view.sheet, view.channel
    here = f"/api/v1/drafts/{draft.id}/posts/{channel.id}/cards"
    return Post(
        channel=channel.name,
        channel_id=channel.id,
        platform=channel.platform,
        fits=view.fits,
        edited=view.is_edited,
        variant=sheet.picked,
        variants=len(sheet.variants),
        title=post.title,
        parts=[_part(one, view) for one in view.parts],
        link=post.link,
        warning=post.warning,
        hashtags=view.tags,
        first_comment=post.first_comment,
        template=sheet.template,
        theme=sheet.theme,
        cards=[_card(one, f"{here}/{n}") for n, one in enumerate(view.pictures)],
        card_problem=str(view.drawn.problem) if view.drawn.problem else None,
    )


def _part(one: Counted, view: preview.View) -> Part:
    problems = list(one.problems)
    return Part(
        text=one.text, length=one.length, limit=one.limit, unit=view.limits.unit, problems=problems
    )


def _card(one: Picture, path: str) -> Card:
    card = one.card
    return Card(
        key=one.key, alt=one.alt, width=card.width, height=card.height, mime=card.mime, path=path
    )


def _with(visit: Visit, draft_id: int, channel_id: int, how: edits.Change) -> Draft:
    edit = partial(edits.with_sheet, channel_id=channel_id, change=how)
    return visit.store.drafts.change(draft_id, edit, visit.actor)


def _view(visit: Visit, draft: Draft, channel_id: int) -> preview.View:
    """Return the post of a channel.

    Raises NotFound, or Refused while it is not composed.
    """
    visit.store.channels.by_id(channel_id)
    if draft.stage is not Stage.READY:
        raise Refused("This draft is not composed.", "Ask for it again in a few seconds.")
    found = preview.views(visit.store, visit.desk.easel, draft, [channel_id])
    if not found:
        raise NotFound("This channel is not part of the draft.")
    return found[0]


def _shown(visit: Visit, draft: Draft, channel_id: int, response: Response) -> Post:
    view = _view(visit, draft, channel_id)
    response.headers["ETag"] = version(view.sheet)
    return told(draft, view)
