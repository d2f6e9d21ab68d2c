"""How the credentials of channels stand, and what happened to them. The secrets are not here."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from socialpipe.store.migrations.first.columns import KEY


def upgrade() -> None:
    op.create_table(
        "channel_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_channel_event_channel_id", "channel_event", ["channel_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("refresh_expires_at", sa.BigInteger(), nullable=True),
        sa.Column("renew_at", sa.BigInteger(), nullable=True),
        sa.Column("renewing_since", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("warned", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"],
            ["channel.id"],
        ),
        sa.PrimaryKeyConstraint("channel_id"),
    )
    op.create_index("ix_credential_renew_at", "credential", ["renew_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_credential_renew_at", table_name="credential")
    op.drop_table("credential")
    op.drop_index("ix_channel_event_channel_id", table_name="channel_event")
    op.drop_table("channel_event")
