"""What many tables have."""

from __future__ import annotations

import sqlalchemy as sa

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def where(condition: str) -> dict[str, sa.TextClause]:
    """Say of an index which rows it holds, on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
