# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other repositories that a tree names, which no archive holds."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; of trees that were kept before, nobody knows of any."""
    with op.batch_alter_table("licensing_source_tree") as table:
        table.add_column(sa.Column("submodules", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("licensing_source_tree") as table:
        table.alter_column("submodules", server_default=None)


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("licensing_source_tree") as table:
        table.drop_column("submodules")
