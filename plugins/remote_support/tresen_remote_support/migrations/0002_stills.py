# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of the screen, and the copies that were drawn on."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0002"
down_revision = "0001"

TABLE = "remote_support_still"
# Column by column: the table it points at, and what becomes of it when that row goes.
POINTS_AT = {
    "session_id": ("remote_support_remote_session", "CASCADE"),
    "original_id": (TABLE, "CASCADE"),
    "file_id": ("stored_file", "SET NULL"),
    "message_id": ("message", "SET NULL"),
}


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=op.f(f"fk_{TABLE}_{column}"),
                ondelete=becomes,
            )
            for column, (target, becomes) in POINTS_AT.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_session", TABLE, ["session_id", "id"], unique=False)
    for column in ("original_id", "file_id", "message_id"):
        op.create_index(op.f(f"ix_{TABLE}_{column}"), TABLE, [column], unique=False)


def downgrade() -> None:
    """Take the table away."""
    op.drop_table(TABLE)
