"""Tools for deliveries and channels: each calls what the route of the API calls."""

from __future__ import annotations

from typing import Any

from socialpipe.web.api import campaigns, channels, deliveries, delivery_verbs, platforms, previews
from socialpipe.web.api import system as brake
from socialpipe.web.api.campaigns import NewCampaign
from socialpipe.web.api.deliveries import Filters
from socialpipe.web.api.delivery_verbs import Comment, Edit, Other, Sighting
from socialpipe.web.api.kinds import Time
from socialpipe.web.api.timing import When
from socialpipe.web.mcp.offers import offer
from socialpipe.web.permissions import Action
from socialpipe.web.visit import Visit


def _named(visit: Visit, delivery_id: int) -> str:
    one = visit.store.deliveries.get(delivery_id)
    return f"delivery {one.id} ({one.title!r} on {one.channel}, {one.state})"


# Reading


@offer(Action.SEE_CHANNELS)
def list_channels(visit: Visit) -> Any:
    """List the connected accounts, without their credentials."""
    return channels.index(visit)


@offer(Action.SEE)
def list_platforms(visit: Visit) -> Any:
    """List the networks and what each takes."""
    return platforms.index(visit)


@offer(Action.SEE)
def list_deliveries(visit: Visit, wanted: Filters) -> Any:
    """List posts on their way or out, the newest first; `next` is the cursor of the next page."""
    return deliveries.listed(visit, wanted)


@offer(Action.SEE)
def show_delivery(visit: Visit, delivery_id: int) -> Any:
    """Show one post: its text, timeline, tries, why it stands where it does, and its version."""
    told, version = deliveries.detail(visit, delivery_id)
    return {**told, "version": version}


@offer(Action.SEE)
def search_campaigns(visit: Visit, text: str | None = None, cursor: str | None = None) -> Any:
    """List campaigns whose title or article has a text, the newest first."""
    return campaigns.index(visit, text, cursor, 20)


@offer(Action.SEE_SYSTEM)
def system_health(visit: Visit) -> Any:
    """Say whether everything is there that publishing needs, and how many posts stand where."""
    return brake.summary(visit)


# Writing


@offer(Action.COMPOSE)
def preview_posts(visit: Visit, wanted: previews.Wanted) -> Any:
    """Write the posts of an article for some networks, without storing anything."""
    return previews.compose(visit, wanted)


def _at_once(visit: Visit, wanted: NewCampaign) -> str | None:
    del visit
    if wanted.when is not When.NOW:
        return None
    what = wanted.url or f"{(wanted.text or '').strip().splitlines()[0][:80]!r}"
    return f"Publish {what} on {', '.join(wanted.channels)} now."


@offer(Action.PLAN, _at_once)
def queue_article(visit: Visit, wanted: NewCampaign) -> Any:
    """Queue an article for channels: at the next free slot, at a time, or now."""
    return campaigns.queue(visit, wanted)


@offer(Action.PLAN)
def edit_delivery(
    visit: Visit,
    delivery_id: int,
    version: str,
    texts: list[str] | None = None,
    at: Time | None = None,
) -> Any:
    """Give a waiting post other texts, or another time; `version` is that of show_delivery."""
    delivery_verbs.change(visit, delivery_id, Edit(texts=texts, at=at), version)
    return show_delivery(visit, delivery_id)


@offer(Action.PLAN)
def next_free_slot(visit: Visit, delivery_id: int) -> Any:
    """Move a waiting post to its channel's next free slot."""
    return delivery_verbs.next_slot(visit, delivery_id)


@offer(Action.PLAN)
def swap_deliveries(visit: Visit, delivery_id: int, other_id: int) -> Any:
    """Let two waiting posts of one channel exchange their times."""
    return delivery_verbs.swap(visit, delivery_id, Other(delivery=other_id))


@offer(Action.PLAN)
def shuffle_channel(visit: Visit, channel_id: int) -> Any:
    """Put what waits in a channel's slots into another order."""
    return channels.shuffle(visit, channel_id)


@offer(Action.OPERATE)
def cancel_delivery(visit: Visit, delivery_id: int) -> Any:
    """Take a post back before it goes out."""
    return delivery_verbs.cancel(visit, delivery_id)


@offer(Action.COMMENT)
def return_delivery(visit: Visit, delivery_id: int, comment: str) -> Any:
    """Keep a post in review, with a comment."""
    return delivery_verbs.send_back(visit, delivery_id, Comment(comment=comment))


@offer(Action.OPERATE)
def pause_channel(visit: Visit, channel_id: int) -> Any:
    """Stop publishing on a channel; what is queued waits."""
    return channels.pause(visit, channel_id)


@offer(Action.FREEZE)
def freeze(visit: Visit, reason: str) -> Any:
    """Let nothing new go out, on any channel."""
    return brake.freeze(visit, brake.Reason(reason=reason))


# Publishing: a person agrees first


@offer(Action.APPROVE, lambda visit, delivery_id: f"Approve {_named(visit, delivery_id)}.")
def approve_delivery(visit: Visit, delivery_id: int) -> Any:
    """Let a post in review go out."""
    return delivery_verbs.approve(visit, delivery_id)


@offer(Action.OPERATE, lambda visit, delivery_id: f"Send {_named(visit, delivery_id)} again now.")
def retry_delivery(visit: Visit, delivery_id: int) -> Any:
    """Try a post again now."""
    return delivery_verbs.retry(visit, delivery_id)


@offer(
    Action.OPERATE,
    lambda visit, delivery_id: f"Take {_named(visit, delivery_id)} down from its network.",
)
def delete_post(visit: Visit, delivery_id: int) -> Any:
    """Take a published post down from its network."""
    return delivery_verbs.delete(visit, delivery_id)


def _settled(visit: Visit, delivery_id: int, published_url: str | None = None) -> str:
    seen = f"is out, at {published_url}" if published_url else "is not out: send it again"
    return f"Settle that {_named(visit, delivery_id)} {seen}."


@offer(Action.OPERATE)
def look_at_network(visit: Visit, delivery_id: int) -> Any:
    """Look whether an uncertain post is out; settles nothing."""
    return delivery_verbs.look(visit, delivery_id)


@offer(Action.OPERATE, _settled)
def confirm_delivery(visit: Visit, delivery_id: int, published_url: str | None = None) -> Any:
    """Settle an uncertain post: out at an address, or (without one) not there, so sent again."""
    seen = Sighting(published_url=published_url, absent=published_url is None)
    return delivery_verbs.confirm(visit, delivery_id, seen)


def _resumed(visit: Visit, channel_id: int) -> str:
    return f"Publish on channel {visit.store.channels.by_id(channel_id).name} again."


@offer(Action.OPERATE, _resumed)
def resume_channel(visit: Visit, channel_id: int) -> Any:
    """Publish on a channel again; what is late goes out."""
    return channels.resume(visit, channel_id)


def _thawed(visit: Visit) -> str:
    return f"Let posts go out again. Frozen: {visit.store.switches.frozen()}."


@offer(Action.FREEZE, _thawed)
def unfreeze(visit: Visit) -> Any:
    """Let posts go out again."""
    return brake.unfreeze(visit)
