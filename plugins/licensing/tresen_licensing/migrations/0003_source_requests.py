# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who asked for source or about licences, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "licensing_source_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product", sa.String(length=300), nullable=False),
        sa.Column("wished_medium", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("medium", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [target],
                name=op.f(f"fk_licensing_source_request_{column}"),
                ondelete="SET NULL",
            )
            for column, target in (
                ("person_id", "person.id"),
                ("ticket_id", "ticket.id"),
                ("answered_by_id", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_source_request")),
    )
    for column in ("person_id", "ticket_id", "answered_by_id"):
        op.create_index(
            op.f(f"ix_licensing_source_request_{column}"), "licensing_source_request", [column]
        )
    op.create_index(
        "ix_licensing_source_request_open",
        "licensing_source_request",
        ["answered_on", "due_on"],
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("licensing_source_request")
