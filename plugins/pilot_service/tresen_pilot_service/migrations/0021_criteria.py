# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hypotheses, and the entry and exit criteria of programmes."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_hypothesis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("dropped_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_hypothesis_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_hypothesis")),
    )
    op.create_index(
        op.f("ix_pilot_service_hypothesis_programme_id"),
        "pilot_service_hypothesis",
        ["programme_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("bound", sa.Double(), nullable=True),
        sa.Column("is_met", sa.Boolean(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("dropped_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_criterion_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_criterion")),
    )
    op.create_index(
        op.f("ix_pilot_service_criterion_programme_id"),
        "pilot_service_criterion",
        ["programme_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_criterion")
    op.drop_table("pilot_service_hypothesis")
