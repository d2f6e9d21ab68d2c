"""How deliveries come into being: on what terms, at which moment, with which post."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from socialpipe.errors import Refused
from socialpipe.model import Article, Channel, Json, OnMiss, State
from socialpipe.schedule.lineup import Waiting
from socialpipe.schedule.moment import Moment
from socialpipe.schedule.repetition import turn
from socialpipe.settings import Settings
from socialpipe.store import places
from socialpipe.store.changes import announce
from socialpipe.store.places import Place
from socialpipe.store.rows import fingerprint_of, from_article
from socialpipe.store.schema import campaign, delivery, post
from socialpipe.store.states import Change, note
from socialpipe.store.within import owner

_MILLISECOND = timedelta(milliseconds=1)  # what the store counts in


@dataclass(frozen=True, slots=True)
class Order:
    """Get a post out on `channel` at `at`; with another `place`, in a slot not before `at`."""

    channel: Channel
    at: datetime
    place: Place = Place.FIXED
    wall: datetime | None = None  # naive, where `at` came from a wall clock …
    zone: str | None = None  # … in this zone

    @property
    def moment(self) -> Moment:
        """The time that it names."""
        return Moment(self.at, self.wall, self.zone)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms deliveries go out."""

    max_attempts: int
    grace: timedelta
    on_miss: OnMiss = OnMiss.HOLD
    needs_review: bool = False
    not_before: datetime | None = None  # embargo
    expires_at: datetime | None = None

    @classmethod
    def of(cls, settings: Settings, **changed: Any) -> Terms:
        """Return the terms of the settings, but for what is `changed`."""
        grace = timedelta(seconds=settings.grace)
        terms = cls(settings.max_attempts, grace, settings.on_miss)
        return replace(terms, **changed)


def enqueue(
    connection: sa.Connection,
    article: Article,
    orders: Sequence[Order],
    *,
    options: Json,
    terms: Terms,
    change: Change,
    stagger: timedelta = timedelta(0),
) -> tuple[int, list[int]]:
    """Store an article and its deliveries as drafts; return campaign id and delivery ids.

    Each order goes out at least `stagger` after the one before it. Raises NotFound when a channel
    has no free slot, Refused when a post would be expired by its time.
    """
    moments = arrange(connection, orders, terms, change, stagger)
    campaign_id = new_campaign(connection, article, options, change.at)
    ids = []
    for order, moment in zip(orders, moments, strict=True):
        where = {"campaign_id": campaign_id, "channel_id": order.channel.id}
        key = new_delivery(connection, moment, terms, change, **where)
        ids += [] if key is None else [key]
    announce(connection)
    return campaign_id, ids


def new_campaign(connection: sa.Connection, article: Article, options: Json, now: datetime) -> int:
    """Store an article that waits to be composed; return the campaign's id."""
    values = {
        "workspace_id": owner(connection),
        "title": article.title,
        "article": from_article(article),
        "options": options,
        "state": "new",
        "created_at": now,
    }
    query = sa.insert(campaign).values(values).returning(campaign.c.id)
    key: int = connection.execute(query).scalar_one()
    return key


def new_delivery(
    connection: sa.Connection, moment: Moment, terms: Terms, change: Change, **values: Any
) -> int | None:
    """Store a delivery and its first event; None: the rule has this occurrence already."""
    row = {
        **places.columns(moment),
        "state": State.DRAFT,
        "grace_ms": terms.grace // _MILLISECOND,
        "max_attempts": terms.max_attempts,
        "on_miss": terms.on_miss,
        "needs_review": terms.needs_review,
        "not_before": terms.not_before,
        "expires_at": terms.expires_at,
        "key": str(uuid.uuid4()),
        "created_at": change.at,
        **values,
    }
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    query = insert(delivery).values(row).on_conflict_do_nothing().returning(delivery.c.id)
    key: int | None = connection.execute(query).scalar_one_or_none()
    if key is not None:
        note(connection, key, None, row["state"], change)
    return key


def arrange(
    connection: sa.Connection,
    orders: Sequence[Order],
    terms: Terms,
    change: Change,
    stagger: timedelta,
) -> list[Moment]:
    """Find each order its moment, `stagger` after the one before it.

    Raises NotFound when a channel has no free slot, Refused when the post would be expired by then.
    """
    # In one order everywhere: two arrangements must not wait for each other.
    owners = {key: places.lock(connection, key) for key in sorted(o.channel.id for o in orders)}
    found: list[Moment] = []
    for order in orders:
        floor = max(order.at, terms.not_before or order.at)
        if found and stagger:
            floor = max(floor, found[-1].at + stagger)
        moment = _place(
            connection, replace(order, channel=owners[order.channel.id]), floor, terms, change
        )
        if terms.expires_at is not None and moment.at > terms.expires_at:
            raise Refused(
                f"On {order.channel.name} it would go out at {moment.at.isoformat()}, "
                "when it has expired.",
                "Give a later --expires or an earlier time",
            )
        found.append(moment)
    return found


def post_for(
    connection: sa.Connection, campaign_id: int, channel_id: int, n: int, *, needs_review: bool
) -> dict[str, Any]:
    """Return what the n-th use of a composed campaign on a channel posts, from 0.

    The variants of the text take turns. When they begin anew, the post repeats one of before: who
    made the rule wants that, so it counts as approved.
    """
    query = sa.select(post.c.id, post.c.body).where(
        post.c.campaign_id == campaign_id,
        post.c.channel_id == channel_id,
        post.c.variant.is_not(None),
    )
    variants = connection.execute(query.order_by(post.c.variant)).all()
    which, again = turn(n, len(variants))
    chosen = variants[which]
    return {
        "post_id": chosen.id,
        "fingerprint": fingerprint_of(chosen.body),
        "approved": again and not needs_review,
    }


def told(text: str, values: dict[str, Any]) -> str:
    """Say in the event when a repetition was approved beforehand."""
    return (
        f"{text}; it repeats an earlier post on purpose: approved" if values["approved"] else text
    )


def _place(
    connection: sa.Connection, order: Order, floor: datetime, terms: Terms, change: Change
) -> Moment:
    owner = order.channel
    if order.place is Place.FIXED:
        return order.moment.later(floor - order.at) if floor > order.at else order.moment
    if order.place is Place.FIRST:
        head = Waiting(0, floor, floor, terms.expires_at)
        pushed = Change(change.at, change.actor, "pushed on by a post at the head")
        return places.first(connection, owner, head, pushed)
    moment = places.next_free(connection, owner, floor - _MILLISECOND)
    if moment is None:
        raise places.no_slot(owner)
    return moment
