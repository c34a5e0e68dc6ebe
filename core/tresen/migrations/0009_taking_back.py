# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replies that can be taken back, and drafts that keep all that a composer holds."""

import sqlalchemy as sa
from alembic import op
from tresen.db import UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("message", sa.Column("held_until", UTCDateTime(), nullable=True))
    op.add_column("message", sa.Column("state_before", sa.String(length=24), nullable=True))
    op.add_column("message", sa.Column("state_after", sa.String(length=24), nullable=True))
    op.add_column("draft", sa.Column("to", sa.Text(), nullable=True))
    op.add_column("draft", sa.Column("cc", sa.Text(), nullable=True))
    op.add_column(
        "draft", sa.Column("state", sa.String(length=24), nullable=False, server_default="")
    )
    op.create_table(
        "draft_file",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id", "person_id"],
            ["draft.ticket_id", "draft.person_id"],
            name="fk_draft_file_draft",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_draft_file_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "person_id", "file_id", name=op.f("pk_draft_file")),
    )
    op.create_index(op.f("ix_draft_file_file_id"), "draft_file", ["file_id"], unique=False)


def downgrade() -> None:
    """Take the columns and the table away."""
    op.drop_table("draft_file")
    op.drop_column("draft", "state")
    op.drop_column("draft", "cc")
    op.drop_column("draft", "to")
    op.drop_column("message", "state_after")
    op.drop_column("message", "state_before")
    op.drop_column("message", "held_until")
