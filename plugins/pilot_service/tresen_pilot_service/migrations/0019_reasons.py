# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why customers declined or left, and when a letter invited them."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Make the table, and add the column; no reason is known of those who left already."""
    op.add_column(
        "pilot_service_participation",
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
    )
    op.create_table(
        "pilot_service_invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_invitation_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_pilot_service_invitation_ticket_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_invitation")),
    )
    op.create_index(
        op.f("ix_pilot_service_invitation_participation_id"),
        "pilot_service_invitation",
        ["participation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_invitation_ticket_id"),
        "pilot_service_invitation",
        ["ticket_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the table, and take the column away."""
    op.drop_table("pilot_service_invitation")
    op.drop_column("pilot_service_participation", "reason")
