# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who allowed diagnostics at a customer of a pilot, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pilot_service_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_consent_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_consent_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_consent")),
    )
    for name in ("participation_id", "person_id"):
        op.create_index(
            op.f(f"ix_pilot_service_consent_{name}"),
            "pilot_service_consent",
            [name],
            unique=False,
        )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("pilot_service_consent")
