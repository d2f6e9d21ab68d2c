"""Whose rows a transaction sees: one workspace's, or, for the engine, everybody's.

The workspace travels with the connection, so that no query can be handed another one by mistake.
A room adds `mine(connection, table)` to what it asks, and `owner(connection)` to what it stores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import sqlalchemy as sa

from socialpipe.errors import NotFound
from socialpipe.store.schema import FIRST_WORKSPACE, campaign, channel, delivery, feed, hook

_OPTION = "workspace"


def options(workspace_id: int | None) -> dict[str, int | None]:
    """Return the execution options of a connection that sees one workspace; None: all."""
    return {_OPTION: workspace_id}


@contextmanager
def seeing(connection: sa.Connection, workspace_id: int | None) -> Iterator[None]:
    """Let a connection that others share see one workspace meanwhile; None: all."""
    before = connection.get_execution_options().get(_OPTION)
    connection.execution_options(**options(workspace_id))
    try:
        yield
    finally:
        connection.execution_options(**options(before))


def mine(connection: sa.Connection, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Say which rows of a table this transaction may see and change.

    A table without a workspace of its own belongs to that of its channel or its delivery.
    """
    workspace_id = connection.get_execution_options().get(_OPTION)
    return sa.true() if workspace_id is None else belongs(table, workspace_id)


def own(connection: sa.Connection, table: sa.Table, *keys: int) -> None:
    """Let through only the keys of rows that this transaction may see and change.

    Raises NotFound, as for rows that are not there at all.
    """
    if connection.get_execution_options().get(_OPTION) is None:
        return
    known = sa.select(table.c.id).where(table.c.id.in_(keys), mine(connection, table))
    missing = set(keys) - set(connection.scalars(known))
    if missing:
        raise NotFound(f"There is no {table.name} {min(missing)}.")


@lru_cache(maxsize=1000)
def belongs(table: sa.FromClause, workspace_id: int) -> sa.ColumnElement[bool]:
    """Say which rows of a table belong to a workspace."""
    if "workspace_id" in table.c:
        return table.c.workspace_id == workspace_id
    for column, parent in (
        ("feed_id", feed),
        ("channel_id", channel),
        ("campaign_id", campaign),
        ("hook_id", hook),
    ):
        if column in table.c:
            owned = sa.select(parent.c.id).where(parent.c.workspace_id == workspace_id)
            return table.c[column].in_(owned)
    owned = sa.select(delivery.c.id).where(belongs(delivery, workspace_id))
    return table.c.delivery_id.in_(owned)


def owner(connection: sa.Connection) -> int:
    """Return the workspace that a new row belongs to."""
    found: int | None = connection.get_execution_options().get(_OPTION)
    return FIRST_WORKSPACE if found is None else found
