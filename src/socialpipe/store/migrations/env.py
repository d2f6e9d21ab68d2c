"""Alembic's entry: runs inside the transaction that `socialpipe.store.migrate` opened."""

from alembic import context

from socialpipe.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
