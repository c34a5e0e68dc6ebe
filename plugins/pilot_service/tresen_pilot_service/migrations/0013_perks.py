# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants get while the pilot runs."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_perks",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("answer_minutes", sa.Integer(), nullable=True),
        sa.Column("solve_minutes", sa.Integer(), nullable=True),
        sa.Column("support_days", sa.String(length=7), nullable=False),
        sa.Column("support_from", sa.Time(), nullable=True),
        sa.Column("support_to", sa.Time(), nullable=True),
        sa.Column("remote_minutes", sa.Integer(), nullable=True),
        sa.Column("direct_line", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_perks_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("programme_id", name=op.f("pk_pilot_service_perks")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_perks")
