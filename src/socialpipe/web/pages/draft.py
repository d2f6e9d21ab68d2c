"""One draft: all of its posts on a page, kept at every change, and queued as they are."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response
from starlette.datastructures import FormData

from socialpipe.cards import loading
from socialpipe.errors import NotFound, Refused
from socialpipe.model.draft import Draft, Stage, Wishes
from socialpipe.platforms.limits import limits_of
from socialpipe.text import chips
from socialpipe.web import edits, preview
from socialpipe.web.auth import may
from socialpipe.web.composer import channels_of
from socialpipe.web.drafting import rewished
from socialpipe.web.i18n import N_
from socialpipe.web.i18n import gettext as _
from socialpipe.web.pages.compose import TONES, Sent, options, said_options, show_source
from socialpipe.web.permissions import Action
from socialpipe.web.queueing import choices as when_choices
from socialpipe.web.queueing import queue
from socialpipe.web.uploads import redrawn
from socialpipe.web.visit import Visit

router = APIRouter()

THEMES = {"light": N_("light"), "dark": N_("dark")}
TEMPLATES = {
    "aurora": N_("Aurora: one idea"),
    "carousel": N_("Carousel: slides to swipe"),
    "compare": N_("Comparison: before and after"),
    "news": N_("News: the headline"),
    "paper": N_("Paper: a checklist"),
    "photo": N_("Photo: a picture"),
    "poster": N_("Poster: a number"),
    "quote": N_("Quote"),
    "steps": N_("Steps"),
}


@router.get("/compose/{draft_id}")
def show(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: int) -> Response:
    """Show the campaign; how far it is; or the text that it shall be made from."""
    draft = visit.store.drafts.get(draft_id)
    if draft.campaign_id is not None:
        return visit.page("compose/queued.html", draft=draft)
    if draft.stage is Stage.WORKING:
        step = visit.desk.composer.begin(visit.store, draft_id)
        return visit.page("compose/working.html", draft=draft, step=step)
    if draft.stage is Stage.SOURCE:
        return show_source(visit, draft)
    return visit.page("compose/draft.html", **_shown(visit, draft))


@router.post("/compose/{draft_id}/save")
def save(visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: int, form: Sent) -> Response:
    """Keep everything that the form has, then do what its button says."""
    sent = {name: value for name, value in form.items() if isinstance(value, str)}
    tried: list[tuple[Draft, list[edits.Clash]]] = []

    def edit(now: Draft) -> Draft:
        kept = edits.saved(now, sent)
        tried.append((now, kept.clashes))
        return kept.draft

    after = visit.store.drafts.change(draft_id, edit, visit.actor)
    before, clashes = tried[-1]  # it may be asked again
    if clashes:
        names = {one.id: one.name for one in channels_of(visit.store, after)}
        return visit.page(
            "compose/clash.html",
            status=409,
            fragment="compose/clash_note.html",
            draft=after,
            clashes=[
                (names.get(one.channel_id, ""), one, edits.stamp(one.theirs)) for one in clashes
            ],
        )
    do = sent.get("do", "")
    if do == "queue":
        return queue(visit, after, form)
    if do == "wishes":
        return _wish(visit, after, form)
    if do:
        return _act(visit, after, do, sent)
    return _kept(visit, before, after)


@router.post("/compose/{draft_id}/picture")
def picture(
    visit: Annotated[Visit, may(Action.COMPOSE)],
    draft_id: int,
    file: Annotated[UploadFile | None, File()] = None,
    none: Annotated[str, Form()] = "",
) -> Response:
    """Take a picture for the cards, or none."""
    visit.store.drafts.get(draft_id)
    is_given = file is not None and file.filename and not none
    data = redrawn(file.file) if file is not None and is_given else None
    visit.store.drafts.change(draft_id, lambda now: replace(now, picture=data), visit.actor)
    return visit.go(f"/compose/{draft_id}")


@router.get("/compose/{draft_id}/cards/{channel_id}/{n}")
def card(
    visit: Annotated[Visit, may(Action.COMPOSE)], draft_id: int, channel_id: int, n: int
) -> Response:
    """Send one card of a post, drawn as the draft is now."""
    draft = visit.store.drafts.get(draft_id)
    found = preview.views(visit.store, visit.desk.easel, draft, [channel_id])
    cards = found[0].drawn.cards if found else ()
    if not 0 <= n < len(cards):
        raise NotFound(_("There is no such card."))
    # Its address changes with the picture.
    return Response(
        cards[n].data,
        media_type=cards[n].mime,
        headers={"Cache-Control": "private, max-age=86400"},
    )


def _shown(visit: Visit, draft: Draft) -> dict[str, Any]:
    views = preview.views(visit.store, visit.desk.easel, draft)
    wishes = draft.body.wishes
    return {
        "draft": draft,
        "views": views,
        "template_options": [(one, _(TEMPLATES.get(one, one))) for one in loading.names()],
        "theme_options": said_options(THEMES),
        **options(visit),
        "channels": visit.store.channels.all(),
        "wishes": wishes,
        "wishes_base": edits.text_stamp(repr(wishes)),
        **when_choices(visit, [one.channel for one in views]),
    }


def _kept(visit: Visit, before: Draft, after: Draft) -> Response:
    """Answer an autosave: the counters and looks of what changed."""
    if not visit.is_htmx:
        visit.tell(_("Saved."))
        return visit.go(f"/compose/{after.id}")
    changed = [
        key for key, sheet in after.body.sheets.items() if before.body.sheets.get(key) != sheet
    ]
    found = preview.views(visit.store, visit.desk.easel, after, changed)
    return visit.fragment("compose/kept.html", draft=after, views=found)


def _act(visit: Visit, draft: Draft, do: str, sent: dict[str, str]) -> Response:
    """Do what a button of one post says."""
    verb, _colon, rest = do.partition(":")
    numbers = [int(one) for one in rest.split(":") if one.isdigit()]
    channel = next(
        (one for one in channels_of(visit.store, draft) if [one.id] == numbers[:1]), None
    )
    if verb not in VERBS or channel is None:
        raise Refused(_("There is no such button any more."), _("Load the page again."))
    limits = limits_of(channel)
    if verb == "fit":
        change = edits.fitted(limits, with_image=limits.images > 0)
    else:
        change = VERBS[verb]((*numbers[1:], 0), sent.get(f"newtag-{channel.id}", ""))
    edit = partial(edits.with_sheet, channel_id=channel.id, change=change)
    after = visit.store.drafts.change(draft.id, edit, visit.actor)
    if not visit.is_htmx:
        return visit.go(f"/compose/{draft.id}#post-{channel.id}")
    found = preview.views(visit.store, visit.desk.easel, after, [channel.id])
    return visit.fragment("compose/changed.html", **{**_shown(visit, after), "views": found})


_Verb = Callable[[tuple[int, ...], str], edits.Change]
VERBS: dict[str, _Verb] = {
    "fit": lambda _n, _word: edits.reset,  # needs the limits; see `_act`
    "redraw": lambda _n, _word: lambda sheet: sheet,
    "reset": lambda _n, _word: edits.reset,
    "pick": lambda n, _word: edits.picked(n[0]),
    "part": lambda _n, _word: edits.another_part,
    "unpart": lambda n, _word: edits.without_part(n[0]),
    "tag": lambda _n, word: edits.tagged(partial(chips.with_tag, word=word)),
    "untag": lambda n, _word: edits.tagged(partial(chips.without_tag, n=n[0])),
    "earlier": lambda n, _word: edits.tagged(partial(chips.moved_tag, n=n[0], to=n[0] - 1)),
    "later": lambda n, _word: edits.tagged(partial(chips.moved_tag, n=n[0], to=n[0] + 1)),
}


def _wish(visit: Visit, draft: Draft, form: FormData) -> Response:
    """Apply what the side of the page says; the posts are written anew where that matters."""
    base = form.get("wishes-base")
    wanted = _wishes_of(visit, form)

    def edit(now: Draft) -> Draft:
        if wanted != now.body.wishes and base != edits.text_stamp(repr(now.body.wishes)):
            raise Refused(
                _("Somebody else changed these choices meanwhile."), _("Load the page again.")
            )
        return rewished(now, wanted)

    visit.store.drafts.change(draft.id, edit, visit.actor)
    return visit.go(f"/compose/{draft.id}")


def _wishes_of(visit: Visit, form: FormData) -> Wishes:
    def one_of(name: str, known: Collection[str]) -> str | None:
        value = str(form.get(f"wish-{name}", ""))
        return value if value in known else None

    there = [one.id for one in visit.store.channels.all()]
    chosen = {str(one) for one in form.getlist("wish-channel")}
    brands = {str(one.id): one.id for one in visit.store.brands.all()}
    return Wishes(
        channels=tuple(key for key in there if str(key) in chosen),
        brand_id=brands.get(str(form.get("wish-brand", ""))),
        tone=one_of("tone", TONES),
        link=str(form.get("wish-link", "")).strip() or None,
        template=one_of("template", loading.names()),  # a name, never a path
        theme=one_of("theme", THEMES),
        highlight=str(form.get("wish-highlight", "")).strip() or None,
        at=str(form.get("wish-at", "")) or None,
    )
