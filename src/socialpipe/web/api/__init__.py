"""The REST API: one module a noun, each with a `router` below /api/v1."""

from __future__ import annotations

MODULES = ("deliveries",)
