# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other plugins say runs at customers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "licensing_announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("running_since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_announcement_development_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_announcement")),
        sa.UniqueConstraint("origin", "key", name="uq_licensing_announcement_origin"),
        sa.UniqueConstraint(
            "development_id", "origin", "key", name="uq_licensing_announcement_development"
        ),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("licensing_announcement")
