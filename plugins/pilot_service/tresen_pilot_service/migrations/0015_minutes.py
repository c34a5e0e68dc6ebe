# SPDX-License-Identifier: AGPL-3.0-or-later
"""Minutes of remote support."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("within", sa.Integer(), nullable=False),
        sa.Column("beyond", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_booking_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_booking_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_pilot_service_booking_ticket_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_booking")),
    )
    op.create_index(
        "ix_pilot_service_booking_participation",
        "pilot_service_booking",
        ["participation_id", "worked_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_booking_person_id"),
        "pilot_service_booking",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_booking_ticket_id"),
        "pilot_service_booking",
        ["ticket_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_booking")
