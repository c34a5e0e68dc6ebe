# SPDX-License-Identifier: AGPL-3.0-or-later
"""What participants are asked to try, and how it went."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_task_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_task")),
    )
    op.create_index(
        op.f("ix_pilot_service_task_programme_id"),
        "pilot_service_task",
        ["programme_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_task_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_task_result_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_task_result_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["pilot_service_task.id"],
            name=op.f("fk_pilot_service_task_result_task_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_task_result")),
    )
    op.create_index(
        op.f("ix_pilot_service_task_result_participation_id"),
        "pilot_service_task_result",
        ["participation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_task_result_person_id"),
        "pilot_service_task_result",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        "uq_pilot_service_task_result_once",
        "pilot_service_task_result",
        ["task_id", "participation_id"],
        unique=True,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_task_result")
    op.drop_table("pilot_service_task")
