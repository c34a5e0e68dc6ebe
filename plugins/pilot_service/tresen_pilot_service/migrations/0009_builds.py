# SPDX-License-Identifier: AGPL-3.0-or-later
"""Builds, and the rings to which they are rolled out."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_build",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("known_issues", sa.Text(), nullable=False),
        sa.Column("rollback_note", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_build_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_pilot_service_build_version_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_build")),
    )
    op.create_index(
        op.f("ix_pilot_service_build_version_id"),
        "pilot_service_build",
        ["version_id"],
        unique=False,
    )
    op.create_index(
        "uq_pilot_service_build_number",
        "pilot_service_build",
        ["programme_id", "number"],
        unique=True,
    )
    op.create_table(
        "pilot_service_rollout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("build_id", sa.Integer(), nullable=False),
        sa.Column("ring", sa.Integer(), nullable=False),
        sa.Column("rolled_out_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["build_id"],
            ["pilot_service_build.id"],
            name=op.f("fk_pilot_service_rollout_build_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_rollout")),
    )
    op.create_index(
        op.f("ix_pilot_service_rollout_build_id"),
        "pilot_service_rollout",
        ["build_id"],
        unique=False,
    )
    op.create_index(
        "uq_pilot_service_rollout_ring",
        "pilot_service_rollout",
        ["build_id", "ring"],
        unique=True,
        sqlite_where=sa.text("withdrawn_on IS NULL"),
        postgresql_where=sa.text("withdrawn_on IS NULL"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_rollout")
    op.drop_table("pilot_service_build")
