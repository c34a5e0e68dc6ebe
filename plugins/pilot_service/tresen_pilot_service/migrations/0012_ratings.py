# SPDX-License-Identifier: AGPL-3.0-or-later
"""How content participants are."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_rating_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_rating_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_rating")),
    )
    op.create_index(
        op.f("ix_pilot_service_rating_participation_id"),
        "pilot_service_rating",
        ["participation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_rating_person_id"),
        "pilot_service_rating",
        ["person_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_rating")
