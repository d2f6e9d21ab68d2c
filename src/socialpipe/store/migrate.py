"""Bring a database to the newest schema, through Alembic."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from socialpipe.errors import UsageError
from socialpipe.store.database import Database

HEAD = "0001"
_LOCK = 7_305_001  # any number, the same in all our processes


def upgrade(database: Database) -> None:
    """Migrate unless the schema is the newest already; safe when several processes start at once.

    Migrations only add, so processes of the version before go on meanwhile. Raises UsageError when
    the database was made by a newer version of socialpipe.
    """
    if _version(database) != HEAD:
        migrate_to(database, HEAD)


def migrate_to(database: Database, version: str) -> None:
    """Migrate up to a version of the schema.

    Raises UsageError when the database was made by a newer version of socialpipe.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, version)
        except CommandError as error:
            raise UsageError(
                f"The database does not fit this version of socialpipe: {error}.",
                "It was made by a newer one: upgrade socialpipe.",
            ) from None


def is_ours(database: Database) -> bool:
    """Whether the database has a schema of socialpipe, of whatever version."""
    with database.read() as connection:
        return {"alembic_version", "delivery"} <= set(sa.inspect(connection).get_table_names())


def _version(database: Database) -> str | None:
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(
            sa.text("SELECT version_num FROM alembic_version")
        ).scalar_one_or_none()
        return version
