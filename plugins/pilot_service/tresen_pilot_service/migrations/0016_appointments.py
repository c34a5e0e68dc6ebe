# SPDX-License-Identifier: AGPL-3.0-or-later
"""Appointments of participants with agents."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("offer", sa.String(length=32), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_appointment_agent_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["pilot_service_booking.id"],
            name=op.f("fk_pilot_service_appointment_booking_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_appointment_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_appointment_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_appointment")),
        sa.UniqueConstraint("uid", name=op.f("uq_pilot_service_appointment_uid")),
    )
    op.create_index(
        "ix_pilot_service_appointment_agent",
        "pilot_service_appointment",
        ["agent_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_appointment_booking_id"),
        "pilot_service_appointment",
        ["booking_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_appointment_offer"),
        "pilot_service_appointment",
        ["offer"],
        unique=False,
    )
    op.create_index(
        "ix_pilot_service_appointment_participation",
        "pilot_service_appointment",
        ["participation_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_appointment_person_id"),
        "pilot_service_appointment",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        "ix_pilot_service_appointment_state",
        "pilot_service_appointment",
        ["state", "starts_at"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_appointment")
