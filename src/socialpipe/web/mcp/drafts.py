"""Tools for drafts: an article becomes posts, which are worked on and queued."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from socialpipe.web.api import draft_posts, draft_queue, drafts
from socialpipe.web.api.draft_posts import PostEdit
from socialpipe.web.api.drafts import DraftEdit, NewDraft
from socialpipe.web.api.timing import When
from socialpipe.web.mcp.offers import offer
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit


@offer(Action.COMPOSE)
def list_drafts(visit: Visit, text: str | None = None) -> Any:
    """List the drafts that wait for somebody, or those that have a text."""
    return drafts.index(visit, text)


@offer(Action.COMPOSE)
def start_draft(visit: Visit, wanted: NewDraft) -> Any:
    """Make a draft of an article; its posts are written within seconds: look with show_draft."""
    return drafts.add(visit, wanted, Response())


@offer(Action.COMPOSE)
def show_draft(visit: Visit, draft_id: int) -> Any:
    """Show a draft, its version, and its posts with theirs."""
    response = Response()
    found = drafts.show(visit, draft_id, response)
    posts = [_post(visit, draft_id, one.channel_id) for one in draft_posts.index(visit, draft_id)]
    return {**found.model_dump(), "version": response.headers["ETag"], "posts": posts}


@offer(Action.COMPOSE)
def edit_draft(visit: Visit, draft_id: int, version: str, wanted: DraftEdit) -> Any:
    """Give a draft another text or other choices; `version` is that of show_draft."""
    drafts.change(visit, draft_id, wanted, version)
    return show_draft(visit, draft_id)


@offer(Action.COMPOSE)
def edit_draft_post(
    visit: Visit, draft_id: int, channel_id: int, version: str, wanted: PostEdit
) -> Any:
    """Change the post of one channel; `version` is that of the post in show_draft."""
    draft_posts.change(visit, draft_id, channel_id, wanted, version)
    return _post(visit, draft_id, channel_id)


@offer(Action.COMPOSE)
def fit_draft_post(visit: Visit, draft_id: int, channel_id: int) -> Any:
    """Shorten the post of one channel until it fits."""
    draft_posts.fit(visit, draft_id, channel_id, Response())
    return _post(visit, draft_id, channel_id)


@offer(Action.COMPOSE)
def discard_draft(visit: Visit, draft_id: int) -> Any:
    """Put a draft away."""
    drafts.discard(visit, draft_id)
    return {"discarded": draft_id}


def _at_once(visit: Visit, draft_id: int, wanted: draft_queue.Wanted) -> str | None:
    found = drafts.told(visit, visit.store.drafts.get(draft_id))
    if wanted.when is not When.NOW or wanted.review:
        return None
    return f"Publish {found.title!r} on {', '.join(wanted.channels or found.channels)} now."


@offer(Action.PLAN, _at_once)
def queue_draft(visit: Visit, draft_id: int, wanted: draft_queue.Wanted) -> Any:
    """Queue the posts of a draft exactly as they are: at the next free slot, at a time, or now."""
    return draft_queue.queued(visit, draft_id, wanted)


def _post(visit: Visit, draft_id: int, channel_id: int) -> Any:
    response = Response()
    post = draft_posts.show(visit, draft_id, channel_id, response)
    return {**post.model_dump(), "version": response.headers["ETag"]}
