# SPDX-License-Identifier: AGPL-3.0-or-later
"""What comes out when change sets stand on their base."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "licensing_source_tree",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=40), nullable=False),
        sa.Column("tree", sa.String(length=40), nullable=False),
        sa.Column("archive_sha512", sa.String(length=128), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_set_id"],
            ["licensing_change_set.id"],
            name=op.f("fk_licensing_source_tree_change_set_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_source_tree")),
        sa.UniqueConstraint("change_set_id", name=op.f("uq_licensing_source_tree_change_set_id")),
    )
    op.create_index(
        op.f("ix_licensing_source_tree_tree"), "licensing_source_tree", ["tree"], unique=False
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("licensing_source_tree")
