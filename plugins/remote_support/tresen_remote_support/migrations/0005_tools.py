# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator says of tools, with links of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "remote_support_tool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=30), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("relay", sa.String(length=300), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("secret_name", sa.String(length=100), nullable=False),
        sa.Column("recording_path", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("pattern", sa.String(length=300), nullable=False),
        sa.Column("kinds", sa.String(length=100), nullable=False),
        sa.Column("instruction", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_tool")),
        sa.UniqueConstraint("key", name=op.f("uq_remote_support_tool_key")),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("remote_support_tool")
