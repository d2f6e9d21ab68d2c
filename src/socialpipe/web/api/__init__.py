"""The REST API: one module a noun, each with a `router` below /api/v1."""

from __future__ import annotations

MODULES = (
    "campaigns",
    "previews",
    "deliveries",
    "delivery_verbs",
    "channels",
    "feeds",
    "hooks",
    "platforms",
    "system",
)
