# SPDX-License-Identifier: AGPL-3.0-or-later
"""Until when a pilot's ticket shall be answered and solved."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_target",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("answer_by", UTCDateTime(), nullable=True),
        sa.Column("solve_by", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_target_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_pilot_service_target_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_pilot_service_target")),
    )
    op.create_index(
        op.f("ix_pilot_service_target_answer_by"),
        "pilot_service_target",
        ["answer_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_target_participation_id"),
        "pilot_service_target",
        ["participation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_target_solve_by"), "pilot_service_target", ["solve_by"], unique=False
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_target")
