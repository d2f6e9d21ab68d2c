"""The numbers of published deliveries, as they were read back. Null: the network does not tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY


def upgrade() -> None:
    op.create_table(
        "reading",
        sa.Column("delivery_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("likes", sa.BigInteger(), nullable=True),
        sa.Column("reposts", sa.BigInteger(), nullable=True),
        sa.Column("quotes", sa.BigInteger(), nullable=True),
        sa.Column("replies", sa.BigInteger(), nullable=True),
        sa.Column("saves", sa.BigInteger(), nullable=True),
        sa.Column("clicks", sa.BigInteger(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("link_clicks", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
        ),
        sa.PrimaryKeyConstraint("delivery_id", "at"),
    )
    op.create_index("reading_at", "reading", ["at"], unique=False)
    op.create_index("reading_link", "reading", ["link"], unique=False)


def downgrade() -> None:
    op.drop_index("reading_link", table_name="reading")
    op.drop_index("reading_at", table_name="reading")
    op.drop_table("reading")
