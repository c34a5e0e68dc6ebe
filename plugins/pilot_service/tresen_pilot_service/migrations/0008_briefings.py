# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who was briefed for which participation, when and by whom."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_briefing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("briefed_by_id", sa.Integer(), nullable=True),
        sa.Column("briefed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["briefed_by_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_briefing_briefed_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_briefing_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_briefing_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_briefing")),
    )
    for name in ("briefed_by_id", "participation_id", "person_id"):
        op.create_index(
            op.f(f"ix_pilot_service_briefing_{name}"),
            "pilot_service_briefing",
            [name],
            unique=False,
        )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_briefing")
