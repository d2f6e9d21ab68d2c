"""The tables, the same on SQLite and PostgreSQL. Instants are integer milliseconds, UTC."""

from __future__ import annotations

from socialpipe.store.schema.columns import Instant, metadata
from socialpipe.store.schema.content import campaign, channel, media, post
from socialpipe.store.schema.credentials import channel_event, credential
from socialpipe.store.schema.drafts import brand, draft
from socialpipe.store.schema.feeds import feed, feed_channel, feed_entry
from socialpipe.store.schema.hooks import hook, message
from socialpipe.store.schema.idempotency import call
from socialpipe.store.schema.links import short_link
from socialpipe.store.schema.operation import heartbeat, switch
from socialpipe.store.schema.people import (
    api_token,
    audit,
    membership,
    notice,
    person,
    recovery_code,
    review_link,
    session,
    throttle,
    ticket,
)
from socialpipe.store.schema.plan import delivery, evergreen, recurrence
from socialpipe.store.schema.plans import plan_line
from socialpipe.store.schema.readings import reading
from socialpipe.store.schema.trail import attempt, event, step
from socialpipe.store.schema.workspaces import FIRST_WORKSPACE, workspace

__all__ = [
    "FIRST_WORKSPACE",
    "Instant",
    "api_token",
    "attempt",
    "audit",
    "brand",
    "call",
    "campaign",
    "channel",
    "channel_event",
    "credential",
    "delivery",
    "draft",
    "event",
    "evergreen",
    "feed",
    "feed_channel",
    "feed_entry",
    "heartbeat",
    "hook",
    "media",
    "membership",
    "message",
    "metadata",
    "notice",
    "person",
    "plan_line",
    "post",
    "reading",
    "recovery_code",
    "recurrence",
    "review_link",
    "session",
    "short_link",
    "step",
    "switch",
    "throttle",
    "ticket",
    "workspace",
]
