"""The first schema, one module a noun; `ORDER` is that in which tables refer to each other."""

from __future__ import annotations

ORDER = [
    "workspaces",
    "operation",
    "content",
    "hooks",
    "idempotency",
    "links",
    "credentials",
    "drafts",
    "feeds",
    "people",
    "plan",
    "plans",
    "readings",
    "trail",
]
