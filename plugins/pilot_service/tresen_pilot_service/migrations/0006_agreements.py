# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers of a pilot agree to, by version, and who signed which one."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_agreement_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_agreement")),
    )
    op.create_index(
        "uq_pilot_service_agreement_version",
        "pilot_service_agreement",
        ["programme_id", "version"],
        unique=True,
    )
    op.create_table(
        "pilot_service_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["pilot_service_agreement.id"],
            name=op.f("fk_pilot_service_signature_agreement_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_signature_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_signature_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_signature")),
    )
    for name in ("agreement_id", "participation_id", "person_id"):
        op.create_index(
            op.f(f"ix_pilot_service_signature_{name}"),
            "pilot_service_signature",
            [name],
            unique=False,
        )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_signature")
    op.drop_table("pilot_service_agreement")
