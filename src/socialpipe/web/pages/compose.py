"""Compose: an article comes in, as a text, an address or a file, and becomes a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData

from socialpipe.errors import Refused
from socialpipe.model.draft import Body, Draft, Stage, Wishes
from socialpipe.web.auth import may
from socialpipe.web.drafting import from_file, recomposed
from socialpipe.web.edits import text_stamp
from socialpipe.web.i18n import N_
from socialpipe.web.i18n import gettext as _
from socialpipe.web.permissions import Action
from socialpipe.web.undo import undoes
from socialpipe.web.visit import Visit

router = APIRouter()

TONES = {"neutral": N_("neutral"), "friendly": N_("friendly"), "formal": N_("formal")}


async def form_of(request: Request) -> FormData:
    """Return the form as it was sent: a draft has as many fields as it has posts."""
    return await request.form()


Sent = Annotated[FormData, Depends(form_of)]


@router.get("/compose")
def index(
    visit: Annotated[Visit, may(Action.COMPOSE)], channel: str = "", at: str = ""
) -> Response:
    """Ask for an article, and show the drafts; somebody may come for a channel's free slot."""
    choices = _choices(visit)
    wanted = tuple(one.id for one in choices["channels"] if str(one.id) == channel)
    chosen = Wishes(wanted, at=_wall(at)) if wanted else None
    drafts = visit.store.drafts.open()
    return visit.page("compose/index.html", drafts=drafts, chosen=chosen, **choices)


@router.post("/compose")
def begin(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    form: Sent,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take an article and begin to compose it."""
    source, body = str(form.get("source", "")), Body(_wishes(visit, form))
    if file is not None and file.filename:
        source, body = from_file(file.file, file.filename, body)
    if not source.strip():
        raise Refused(_("There is nothing to compose yet."), _("Paste a text or an address."))
    key = visit.store.drafts.add(source, body, visit.actor, stage=Stage.WORKING)
    return visit.go(f"/compose/{key}")


@router.post("/compose/keep")
def keep(
    visit: Annotated[Visit, may(Action.COMPOSE)], form: Sent, source: Annotated[str, Form()] = ""
) -> Response:
    """Keep what is typed before anybody has said that it is whole."""
    body = Body(_wishes(visit, form))
    key = visit.store.drafts.add(_lines(source), body, visit.actor)
    return JSONResponse({"id": key, "base": text_stamp(_lines(source))}, 201)


@router.get("/compose/{draft_id}/source")
def source(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: int) -> Response:
    """Show the text that the draft is made from."""
    return _source_page(visit, visit.store.drafts.get(draft_id))


@router.post("/compose/{draft_id}/source")
def change_source(
    visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: int, form: Sent
) -> Response:
    """Keep the text; unless it is only autosaved, compose anew."""
    text, base = _lines(str(form.get("source", ""))), str(form.get("base", ""))
    mine = _wishes(visit, form)
    only_keep = "keep" in form

    def edit(now: Draft) -> Draft:
        if base != text_stamp(now.source) and now.source != text:
            raise _Clash(now)
        kept = replace(now, source=text)
        return kept if only_keep else recomposed(kept, _with_looks(mine, now.body.wishes))

    try:
        visit.store.drafts.change(draft_id, edit, visit.actor)
    except _Clash as clash:
        return visit.page(
            "compose/source_clash.html",
            status=409,
            fragment="compose/clash_note.html",
            draft=clash.now,
            mine=text,
            base=text_stamp(clash.now.source),
            wishes=mine,
        )
    if only_keep:
        return JSONResponse({"id": draft_id, "base": text_stamp(text)})
    return visit.go(f"/compose/{draft_id}")


@router.get("/compose/{draft_id}/progress")
def progress(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: int) -> Response:
    """Say how far it is; begin anew what a server left when it ended."""
    draft = visit.store.drafts.get(draft_id)
    if draft.stage is not Stage.WORKING:
        return visit.go(f"/compose/{draft_id}")
    step = visit.desk.composer.begin(visit.store, draft_id)
    return visit.fragment("compose/progress.html", draft=draft, step=step)


@router.post("/compose/{draft_id}/discard")
def discard(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: int) -> Response:
    """Put a draft away."""
    visit.store.drafts.discard(draft_id, visit.actor)
    visit.tell(_("Discarded."), undo=("draft.discard", {"id": draft_id}))
    return visit.go("/compose")


@undoes("draft.discard", Action.COMPOSE)
def _bring_back(visit: Visit, values: dict[str, int]) -> str:
    visit.store.drafts.restore(values["id"], visit.actor)
    return _("The draft is back.")


def show_source(visit: Visit, draft: Draft) -> Response:
    """Show a draft that has no posts yet: its text, and why."""
    return _source_page(visit, draft)


class _Clash(Exception):
    def __init__(self, now: Draft) -> None:
        self.now = now


def _source_page(visit: Visit, draft: Draft) -> Response:
    return visit.page(
        "compose/source.html",
        draft=draft,
        base=text_stamp(draft.source),
        chosen=draft.body.wishes,
        **_choices(visit),
    )


def _choices(visit: Visit) -> dict[str, Any]:
    return {"channels": visit.store.channels.all(), **options(visit)}


def options(visit: Visit) -> dict[str, Any]:
    """Return the texts of the selects: brands and tones."""
    return {
        "brand_options": [(one.id, one.name) for one in visit.store.brands.all()],
        "tone_options": said_options(TONES),
    }


def said_options(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Make options of a select, in the viewer's language."""
    return [(value, _(text)) for value, text in texts.items()]


def _with_looks(wanted: Wishes, before: Wishes) -> Wishes:
    """Keep what stands beside the posts only, and not beside the text."""
    looks = ("template", "theme", "highlight", "link")
    return replace(wanted, **{name: getattr(before, name) for name in looks})


def _wishes(visit: Visit, form: FormData) -> Wishes:
    """Read the choices that stand beside the text."""
    there = [one.id for one in visit.store.channels.all()]
    wanted = {str(one) for one in form.getlist("channel")}
    brand = str(form.get("brand", ""))
    brands = {str(one.id): one.id for one in visit.store.brands.all()}
    tone = str(form.get("tone", ""))
    return Wishes(
        channels=tuple(key for key in there if str(key) in wanted),
        brand_id=brands.get(brand),
        tone=tone if tone in TONES else None,
        at=_wall(str(form.get("at", ""))),
    )


def _wall(text: str) -> str | None:
    """Read a day and time by a channel's clock; what is none is passed over."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(timespec="minutes")
    except ValueError:
        return None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
