# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where plugins failed and who rests, remembered beyond one process."""

import sqlalchemy as sa
from alembic import op
from tresen.db import UTCDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "plugin_fault",
        sa.Column("plugin", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("last_at", UTCDateTime(), nullable=False),
        sa.Column("sentence", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "place", name=op.f("pk_plugin_fault")),
    )
    op.create_table(
        "plugin_rest",
        sa.Column("plugin", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", name=op.f("pk_plugin_rest")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("plugin_rest")
    op.drop_table("plugin_fault")
