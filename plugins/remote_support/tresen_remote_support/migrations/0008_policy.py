# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quotas of customers, sessions beyond the rules, and appointments."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns and make the table."""
    op.add_column(
        "remote_support_remote_session",
        sa.Column("emergency", sa.Text(), nullable=False, server_default=""),
    )
    op.add_column(
        "remote_support_remote_session",
        sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index(
        "ix_remote_support_remote_session_planned",
        "remote_support_remote_session",
        ["planned_from"],
        unique=False,
    )
    op.create_table(
        "remote_support_quota",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_remote_support_quota_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_remote_support_quota")),
    )


def downgrade() -> None:
    """Drop the table and take the columns away."""
    op.drop_table("remote_support_quota")
    op.drop_index(
        "ix_remote_support_remote_session_planned", table_name="remote_support_remote_session"
    )
    op.drop_column("remote_support_remote_session", "sequence")
    op.drop_column("remote_support_remote_session", "emergency")
