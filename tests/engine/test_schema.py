"""The migrations make what the tables say, on both databases."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from socialpipe.store import Store
from socialpipe.store.migrate import HEAD, upgrade
from socialpipe.store.schema import metadata


def test_migrations_make_the_schema(store: Store) -> None:
    with store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD


def test_upgrade_twice_changes_nothing(store: Store) -> None:
    upgrade(store.database)
    upgrade(store.database)
