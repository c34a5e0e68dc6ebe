# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exit reviews: what was found, what was decided and who signed it."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("new_end", sa.Date(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_review_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_pilot_service_review_version_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_review")),
    )
    op.create_index(
        op.f("ix_pilot_service_review_programme_id"),
        "pilot_service_review",
        ["programme_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_review_version_id"),
        "pilot_service_review",
        ["version_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("demand", sa.String(length=400), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.Column("light", sa.String(length=10), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["pilot_service_review.id"],
            name=op.f("fk_pilot_service_finding_review_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_finding")),
    )
    op.create_index(
        op.f("ix_pilot_service_finding_review_id"),
        "pilot_service_finding",
        ["review_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_review_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_review_signature_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_review_signature_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["pilot_service_review.id"],
            name=op.f("fk_pilot_service_review_signature_review_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_review_signature")),
    )
    op.create_index(
        op.f("ix_pilot_service_review_signature_participation_id"),
        "pilot_service_review_signature",
        ["participation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_review_signature_person_id"),
        "pilot_service_review_signature",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_review_signature_review_id"),
        "pilot_service_review_signature",
        ["review_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_review_signature")
    op.drop_table("pilot_service_finding")
    op.drop_table("pilot_service_review")
