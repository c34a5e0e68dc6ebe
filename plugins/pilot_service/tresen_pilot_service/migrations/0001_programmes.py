# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programmes, who takes part, and the tickets that came out of it."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("goal", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_pilot_service_programme_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"],
            ["team.id"],
            name=op.f("fk_pilot_service_programme_team_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_pilot_service_programme_version_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_programme")),
    )
    op.create_index(
        op.f("ix_pilot_service_programme_ends_on"),
        "pilot_service_programme",
        ["ends_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_programme_product_id"),
        "pilot_service_programme",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_programme_team_id"),
        "pilot_service_programme",
        ["team_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_programme_version_id"),
        "pilot_service_programme",
        ["version_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_participation_contact_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_participation_deputy_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
            name=op.f("fk_pilot_service_participation_installation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_pilot_service_participation_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["pilot_service_programme.id"],
            name=op.f("fk_pilot_service_participation_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_participation")),
    )
    op.create_index(
        op.f("ix_pilot_service_participation_contact_id"),
        "pilot_service_participation",
        ["contact_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_participation_deputy_id"),
        "pilot_service_participation",
        ["deputy_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_participation_installation_id"),
        "pilot_service_participation",
        ["installation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_participation_organisation_id"),
        "pilot_service_participation",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_participation_programme_id"),
        "pilot_service_participation",
        ["programme_id"],
        unique=False,
    )
    op.create_index(
        "uq_pilot_service_participation_running",
        "pilot_service_participation",
        ["programme_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    op.create_table(
        "pilot_service_pilot_ticket",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("participation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_pilot_ticket_participation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_pilot_service_pilot_ticket_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_pilot_service_pilot_ticket")),
    )
    op.create_index(
        op.f("ix_pilot_service_pilot_ticket_participation_id"),
        "pilot_service_pilot_ticket",
        ["participation_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_pilot_ticket")
    op.drop_table("pilot_service_participation")
    op.drop_table("pilot_service_programme")
