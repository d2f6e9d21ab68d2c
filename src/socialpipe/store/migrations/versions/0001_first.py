"""The first schema: the tables, and the workspace that every installation has."""

from __future__ import annotations

import time
from importlib import import_module

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations import first

revision = "0001"
down_revision = None


def upgrade() -> None:
    for noun in first.ORDER:
        import_module(f"{first.__name__}.{noun}").upgrade()
    now = int(time.time() * 1000)
    main = sa.text("INSERT INTO workspace (name, created_at) VALUES ('main', :now)")
    op.execute(main.bindparams(now=now))


def downgrade() -> None:
    for noun in reversed(first.ORDER):
        import_module(f"{first.__name__}.{noun}").downgrade()
