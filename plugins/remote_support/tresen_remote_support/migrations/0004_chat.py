# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the two sides write to each other while a session runs."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "remote_support_chat_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["remote_support_remote_session.id"],
            name=op.f("fk_remote_support_chat_line_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_remote_support_chat_line_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_chat_line")),
    )
    op.create_index(
        "ix_remote_support_chat_line_session", "remote_support_chat_line", ["session_id", "id"]
    )
    op.create_index(
        op.f("ix_remote_support_chat_line_person_id"), "remote_support_chat_line", ["person_id"]
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("remote_support_chat_line")
