"""Pages for people: one module a noun, each with a `router`."""

from __future__ import annotations

MODULES = (
    "health",
    "files",
    "media",
    "short_links",
    "home",
    "setup",
    "sign_in",
    "password",
    "join",
    "profile",
    "second_factor",
    "workspaces",
    "people",
    "tokens",
    "audit",
    "undo",
    "deliveries",
    "delivery_verbs",
    "settling",
    "calendar",
    "pauses",
    "review",
    "review_link",
    "system",
    "compose",
    "draft",
    "brands",
    "library",
)
