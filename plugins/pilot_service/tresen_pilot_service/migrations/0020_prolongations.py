# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of a product is tried, how many customers may take part, and prolongations."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the columns and make the table."""
    op.add_column(
        "pilot_service_programme",
        sa.Column("feature", sa.String(length=200), nullable=False, server_default=""),
    )
    op.add_column(
        "pilot_service_programme", sa.Column("max_participants", sa.Integer(), nullable=True)
    )
    op.create_table(
        "pilot_service_prolongation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("old_end", sa.Date(), nullable=False),
        sa.Column("new_end", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_prolongation_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_prolongation_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_prolongation")),
    )
    op.create_index(
        op.f("ix_pilot_service_prolongation_decided_by_id"),
        "pilot_service_prolongation",
        ["decided_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_prolongation_programme_id"),
        "pilot_service_prolongation",
        ["programme_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the table and take the columns away."""
    op.drop_table("pilot_service_prolongation")
    op.drop_column("pilot_service_programme", "max_participants")
    op.drop_column("pilot_service_programme", "feature")
