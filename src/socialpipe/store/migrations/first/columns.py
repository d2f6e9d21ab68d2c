"""What many tables have."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def where(condition: str) -> dict[str, Any]:
    """Say of an index which rows it holds, on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
