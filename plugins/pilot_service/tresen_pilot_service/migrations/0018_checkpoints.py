# SPDX-License-Identifier: AGPL-3.0-or-later
"""Meetings of programmes, who is asked, and what was decided."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("is_for_all", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("is_published", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_checkpoint_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_checkpoint")),
    )
    op.create_index(
        "ix_pilot_service_checkpoint_programme",
        "pilot_service_checkpoint",
        ["programme_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "pilot_service_asked",
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["pilot_service_checkpoint.id"],
            name=op.f("fk_pilot_service_asked_checkpoint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_asked_participation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "checkpoint_id", "participation_id", name=op.f("pk_pilot_service_asked")
        ),
    )
    op.create_index(
        op.f("ix_pilot_service_asked_participation_id"),
        "pilot_service_asked",
        ["participation_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_checkpoint_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"],
            ["pilot_service_checkpoint.id"],
            name=op.f("fk_pilot_service_checkpoint_decision_checkpoint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_checkpoint_decision_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_checkpoint_decision")),
    )
    op.create_index(
        op.f("ix_pilot_service_checkpoint_decision_checkpoint_id"),
        "pilot_service_checkpoint_decision",
        ["checkpoint_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_checkpoint_decision_person_id"),
        "pilot_service_checkpoint_decision",
        ["person_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_checkpoint_decision")
    op.drop_table("pilot_service_asked")
    op.drop_table("pilot_service_checkpoint")
