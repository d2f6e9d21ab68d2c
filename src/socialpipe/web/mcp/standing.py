"""Tools for what goes on by itself: feeds, evergreen posts, hooks, and links for clients."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from socialpipe.web.api import brands, evergreens, feeds, hooks, links
from socialpipe.web.api.evergreens import NewEvergreen
from socialpipe.web.api.feeds import NewFeed
from socialpipe.web.api.hooks import NewHook
from socialpipe.web.api.links import NewLink
from socialpipe.web.mcp.offers import offer
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit


@offer(Action.SEE)
def list_feeds(visit: Visit) -> Any:
    """List the feeds whose new entries are queued by themselves."""
    return feeds.index(visit)


def _unreviewed(visit: Visit, wanted: NewFeed) -> str | None:
    del visit
    if wanted.review:
        return None
    when = "at once" if wanted.at_once else "at free slots"
    where = ", ".join(wanted.channels)
    return f"Publish every new entry of {wanted.url} on {where}, {when}, with nobody's approval."


@offer(Action.PLAN, _unreviewed)
def watch_feed(visit: Visit, wanted: NewFeed) -> Any:
    """Queue every new entry of a feed from now on."""
    return feeds.add(visit, wanted, Response())


@offer(Action.PLAN)
def stop_feed(visit: Visit, feed_id: int) -> Any:
    """Watch a feed no more; what is queued goes out all the same."""
    return feeds.stop(visit, feed_id)


def _again(visit: Visit, feed_id: int) -> str | None:
    found = visit.store.feeds.get(feed_id)
    if found.wishes.needs_review:
        return None
    return f"Look at {found.url} now, and publish its new entries with nobody's approval."


@offer(Action.PLAN, _again)
def check_feed(visit: Visit, feed_id: int) -> Any:
    """Look at a feed within seconds; watches a stopped one again."""
    return feeds.check(visit, feed_id)


@offer(Action.SEE)
def list_evergreens(visit: Visit) -> Any:
    """List the posts that fill slots which would stay empty."""
    return evergreens.index(visit)


def _kept(visit: Visit, wanted: NewEvergreen) -> str | None:
    del visit
    if wanted.review:
        return None
    what = wanted.url or f"{(wanted.text or '').strip().splitlines()[0][:80]!r}"
    where = ", ".join(wanted.channels)
    return f"Publish {what} on {where} again and again, {wanted.most} times, in free slots."


@offer(Action.PLAN, _kept)
def keep_evergreen(visit: Visit, wanted: NewEvergreen) -> Any:
    """Keep an article for slots that would stay empty."""
    return evergreens.add(visit, wanted)


@offer(Action.COMPOSE)
def stop_evergreen(visit: Visit, evergreen_id: int) -> Any:
    """Use an evergreen post no more."""
    return evergreens.stop(visit, evergreen_id)


@offer(Action.MANAGE_HOOKS)
def list_hooks(visit: Visit) -> Any:
    """List the addresses that are told what happens."""
    return hooks.index(visit)


def _told(visit: Visit, wanted: NewHook) -> str:
    del visit
    return f"Tell {wanted.url} from now on: {', '.join(wanted.events) or 'everything'}."


@offer(Action.MANAGE_HOOKS, _told)
def subscribe_hook(visit: Visit, wanted: NewHook) -> Any:
    """Tell an address what happens; the answer has the secret that signs it."""
    return hooks.add(visit, wanted, Response())


@offer(Action.MANAGE_HOOKS)
def remove_hook(visit: Visit, hook_id: int) -> Any:
    """Tell an address nothing more."""
    hooks.remove(visit, hook_id)
    return {"removed": hook_id}


@offer(Action.SEE)
def list_brands(visit: Visit) -> Any:
    """List the brands that posts can be written for."""
    return brands.index(visit)


def _shared(visit: Visit, wanted: NewLink) -> str:
    title = visit.store.library.get(wanted.campaign).title
    may = "approve" if wanted.may_approve else "comment"
    return f"Let whoever has the link see {title!r} and {may}, for {wanted.days} days."


@offer(Action.SHARE_REVIEW, _shared)
def share_review(visit: Visit, wanted: NewLink) -> Any:
    """Make a link by which a client without an account reviews a campaign."""
    return links.make(visit, wanted)
