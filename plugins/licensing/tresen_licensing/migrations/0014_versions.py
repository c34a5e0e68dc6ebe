# SPDX-License-Identifier: AGPL-3.0-or-later
"""Later versions of a proposal: which one upstream has, and which one is on its way."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0014"
down_revision = "0013"
COLUMNS = ("version", "renewed_at", "next_version", "news")


def upgrade() -> None:
    """Add the columns; of what was proposed before, upstream has the first version."""
    with op.batch_alter_table("licensing_upstream_proposal") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("renewed_at", UTCDateTime(), nullable=True))
        table.add_column(sa.Column("next_version", sa.Integer(), nullable=True))
        table.add_column(sa.Column("news", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("licensing_upstream_proposal") as table:
        table.alter_column("version", server_default=None)
        table.alter_column("news", server_default=None)


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("licensing_upstream_proposal") as table:
        for name in COLUMNS:
            table.drop_column(name)
