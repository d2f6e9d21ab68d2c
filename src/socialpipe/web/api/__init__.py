"""The REST API: one module a noun, each with a `router` below /api/v1."""

from __future__ import annotations

MODULES = (
    "campaigns",
    "previews",
    "drafts",
    "draft_posts",
    "draft_queue",
    "brands",
    "evergreens",
    "reports",
    "calendar",
    "links",
    "people",
    "tokens",
    "workspaces",
    "audit",
    "deliveries",
    "delivery_verbs",
    "channels",
    "feeds",
    "hooks",
    "platforms",
    "system",
)
