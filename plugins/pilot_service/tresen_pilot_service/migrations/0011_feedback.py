# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants tell, and what became of it."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("area", sa.String(length=120), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("triaged_at", UTCDateTime(), nullable=True),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["build_id"],
            ["pilot_service_build.id"],
            name=op.f("fk_pilot_service_feedback_build_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"],
            ["pilot_service_feedback.id"],
            name=op.f("fk_pilot_service_feedback_duplicate_of_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_feedback_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_feedback_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_feedback_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_pilot_service_feedback_ticket_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_feedback")),
    )
    op.create_index(
        op.f("ix_pilot_service_feedback_build_id"),
        "pilot_service_feedback",
        ["build_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_feedback_duplicate_of_id"),
        "pilot_service_feedback",
        ["duplicate_of_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_feedback_participation_id"),
        "pilot_service_feedback",
        ["participation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_feedback_person_id"),
        "pilot_service_feedback",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        "ix_pilot_service_feedback_programme",
        "pilot_service_feedback",
        ["programme_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_feedback_ticket_id"),
        "pilot_service_feedback",
        ["ticket_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_feedback")
