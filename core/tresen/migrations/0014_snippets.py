# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts that agents insert: everybody's, a team's or their own."""

import sqlalchemy as sa
from alembic import op
from tresen.db import UTCDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "snippet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_snippet_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["team.id"], name=op.f("fk_snippet_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
    )
    op.create_index(op.f("ix_snippet_person_id"), "snippet", ["person_id"], unique=False)
    op.create_index(op.f("ix_snippet_team_id"), "snippet", ["team_id"], unique=False)


def downgrade() -> None:
    """Take the table away."""
    op.drop_table("snippet")
