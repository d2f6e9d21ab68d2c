"""Drafts: an article becomes posts that people still work on, and is queued as they left it."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Annotated

from fastapi import File, Form, Query, Response, UploadFile
from pydantic import BaseModel, Field

from socialpipe.errors import Refused
from socialpipe.model.draft import Body, Stage, Wishes
from socialpipe.model.draft import Draft as Found
from socialpipe.text.style import Tone
from socialpipe.web.api.articles import Address, Source, Theme, template_name
from socialpipe.web.api.kinds import Id, Key, Strict, Text, plain
from socialpipe.web.api.problems import OF_EDITS, Unprocessable
from socialpipe.web.api.route import router as new_router
from socialpipe.web.api.versions import IfMatch, check, version_of
from socialpipe.web.auth import may
from socialpipe.web.composer import channels_of
from socialpipe.web.drafting import from_file, recomposed, rewished
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit

router = new_router("drafts")

_LONGEST = 1_000_000  # characters of an article
_WISHES = ("tone", "link", "template", "theme", "highlight")


class Chosen(Strict):
    """What is chosen for the whole campaign."""

    channels: list[Text] = Field(default_factory=list, max_length=100, description="Their names.")
    brand: Key | None = Field(None, description="Id of a brand of the workspace.")
    tone: Tone | None = None
    link: Address | None = Field(None, description="Where the posts send readers.")
    template: Text | None = Field(None, max_length=100, description="Card template.")
    theme: Theme | None = None
    highlight: Text | None = Field(None, max_length=80, description="Stressed in the cards.")


class NewDraft(Source, Chosen):
    """An article, and what is chosen for it."""

    compose: bool = Field(True, description="Write the posts at once; else only keep it.")


class DraftEdit(Chosen):
    """Another text, other choices; what is left out stays."""

    source: Text | None = Field(None, max_length=_LONGEST, description="The article's text.")


class Draft(BaseModel):
    """A draft. While its stage is `working`, ask again until it is `ready`."""

    id: int
    title: str
    source: str
    stage: Stage
    problem: str | None = Field(description="Why it could not be composed.")
    note: str | None = Field(description="What whoever wrote the posts should know.")
    channels: list[str]
    brand: int | None
    tone: str | None
    link: str | None
    template: str | None
    theme: str | None
    highlight: str | None
    campaign_id: int | None = Field(description="What it was queued as.")
    changed_by: str
    updated_at: datetime | None


@router.post("", status_code=201)
def add(
    visit: Annotated[Visit, may(Action.COMPOSE)], wanted: NewDraft, response: Response
) -> Draft:
    """Keep an article as a draft; its posts are written within seconds."""
    source = (wanted.url or wanted.text or "").replace("\r\n", "\n")
    stage = Stage.WORKING if wanted.compose else Stage.SOURCE
    body = Body(wishes_of(visit, wanted, Wishes()))
    return _made(visit, visit.store.drafts.add(source, body, visit.actor, stage=stage), response)


@router.post("/files", status_code=201)
def upload(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    file: Annotated[UploadFile, File(description="Text, Markdown, HTML, PDF or DOCX.")],
    response: Response,
    channels: Annotated[list[str] | None, Form(max_length=100)] = None,
) -> Draft:
    """Keep an article that comes as a file as a draft; its posts are written within seconds."""
    body = Body(wishes_of(visit, Chosen(channels=channels or []), Wishes()))
    try:
        source, body = from_file(file.file, file.filename or "", body)
    except Refused as error:
        raise Unprocessable(error.what, error.fix) from None
    key = visit.store.drafts.add(source, body, visit.actor, stage=Stage.WORKING)
    return _made(visit, key, response)


@router.get("")
def index(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    q: Annotated[Text | None, Query(max_length=200, description="In the article.")] = None,
) -> list[Draft]:
    """List those that wait for somebody, the latest first; 200 at most."""
    return [told(visit, one) for one in visit.store.drafts.open(q or "")]


@router.get("/{draft_id}")
def show(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id, response: Response) -> Draft:
    """Return one; the ETag is for edits."""
    found = visit.store.drafts.get(draft_id)
    _begin(visit, found)
    response.headers["ETag"] = version(found)
    return told(visit, found)


@router.patch("/{draft_id}", responses=OF_EDITS)
def edit(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    draft_id: Id,
    wanted: DraftEdit,
    response: Response,
    if_match: IfMatch = None,
) -> Draft:
    """Change text or choices; posts are written anew where the choices matter to them."""
    changed = change(visit, draft_id, wanted, if_match)
    response.headers["ETag"] = version(changed)
    return told(visit, changed)


@router.post("/{draft_id}/compose")
def compose(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id) -> Draft:
    """Write the posts anew from the text as it is now; what people edited stays."""
    after = visit.store.drafts.change(
        draft_id, lambda now: recomposed(now, now.body.wishes), visit.actor
    )
    _begin(visit, after)
    return told(visit, after)


@router.delete("/{draft_id}", status_code=204)
def discard(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id) -> None:
    """Put one away."""
    visit.store.drafts.get(draft_id)
    visit.store.drafts.discard(draft_id, visit.actor)


@router.post("/{draft_id}/restore")
def restore(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: Id) -> Draft:
    """Bring one back that was put away."""
    visit.store.drafts.restore(draft_id, visit.actor)
    return told(visit, visit.store.drafts.get(draft_id))


def change(visit: Visit, draft_id: int, wanted: DraftEdit, if_match: str | None) -> Found:
    """Edit one, if it is as the caller read it.

    Raises VersionNeeded, Outdated, NotFound; Refused when it is queued.
    """

    def after(now: Found) -> Found:
        check(if_match, version(now))
        source = now.source if wanted.source is None else wanted.source.replace("\r\n", "\n")
        return rewished(replace(now, source=source), wishes_of(visit, wanted, now.body.wishes))

    changed = visit.store.drafts.change(draft_id, after, visit.actor)
    _begin(visit, changed)
    return changed


def wishes_of(visit: Visit, wanted: Chosen, before: Wishes) -> Wishes:
    """Return the choices; what is not given is as it was.

    Raises NotFound for a channel or a brand, Unprocessable for a template.
    """
    given = wanted.model_fields_set
    values = plain(wanted, _WISHES)
    template_name(wanted.template)
    if "channels" in given:
        names = dict.fromkeys(wanted.channels)
        values["channels"] = tuple(visit.store.channels.get(name).id for name in names)
    if "brand" in given:
        values["brand_id"] = wanted.brand and visit.store.brands.get(wanted.brand).id
    return replace(before, **values)


def version(found: Found) -> str:
    """Name a state of a draft."""
    return version_of("draft", found.id, found.version)


def told(visit: Visit, found: Found) -> Draft:
    """Describe a draft for a program."""
    same = ("id", "title", "source", "stage", "problem", "campaign_id", "updated_at")
    wishes = asdict(found.body.wishes)
    return Draft(
        **{name: getattr(found, name) for name in same},
        **{name: wishes[name] for name in _WISHES},
        note=found.body.note,
        channels=[one.name for one in channels_of(visit.store, found)],
        brand=found.body.wishes.brand_id,
        changed_by=found.actor,
    )


def _made(visit: Visit, key: int, response: Response) -> Draft:
    found = visit.store.drafts.get(key)
    _begin(visit, found)
    response.headers["Location"] = f"/api/v1/drafts/{key}"
    response.headers["ETag"] = version(found)
    return told(visit, found)


def _begin(visit: Visit, found: Found) -> None:
    if found.stage is Stage.WORKING:
        visit.desk.composer.begin(visit.store, found.id)
