# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is developed at customers, until it was given back."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pilot_service_development",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("base_version_id", sa.Integer(), nullable=True),
        sa.Column("participation_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("roadmap_url", sa.String(length=500), nullable=False),
        sa.Column("contract", sa.String(length=200), nullable=False),
        sa.Column("is_without_contract", sa.Boolean(), nullable=False),
        sa.Column("contract_minutes", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("accepted_by_name", sa.String(length=200), nullable=False),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("deployed_on", sa.Date(), nullable=True),
        sa.Column("public_url", sa.String(length=500), nullable=False),
        sa.Column("given_back_on", sa.Date(), nullable=True),
        sa.Column("is_declined_upstream", sa.Boolean(), nullable=False),
        sa.Column("exempt_reason", sa.Text(), nullable=False),
        sa.Column("released_version_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_development_accepted_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["base_version_id"],
            ["product_version.id"],
            name=op.f("fk_pilot_service_development_base_version_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_pilot_service_development_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["participation_id"],
            ["pilot_service_participation.id"],
            name=op.f("fk_pilot_service_development_participation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_pilot_service_development_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["released_version_id"],
            ["product_version.id"],
            name=op.f("fk_pilot_service_development_released_version_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_development")),
    )
    op.create_index(
        op.f("ix_pilot_service_development_accepted_by_id"),
        "pilot_service_development",
        ["accepted_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_development_base_version_id"),
        "pilot_service_development",
        ["base_version_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_development_organisation_id"),
        "pilot_service_development",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_development_participation_id"),
        "pilot_service_development",
        ["participation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_development_product_id"),
        "pilot_service_development",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_development_released_version_id"),
        "pilot_service_development",
        ["released_version_id"],
        unique=False,
    )
    op.create_index(
        "ix_pilot_service_development_state",
        "pilot_service_development",
        ["state", "deployed_on"],
        unique=False,
    )
    op.create_table(
        "pilot_service_development_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("stepped_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["pilot_service_development.id"],
            name=op.f("fk_pilot_service_development_step_development_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_development_step")),
    )
    op.create_index(
        op.f("ix_pilot_service_development_step_development_id"),
        "pilot_service_development_step",
        ["development_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_development_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["pilot_service_development.id"],
            name=op.f("fk_pilot_service_development_person_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_development_person_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_development_person")),
    )
    op.create_index(
        op.f("ix_pilot_service_development_person_person_id"),
        "pilot_service_development_person",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        "uq_pilot_service_development_person_lead",
        "pilot_service_development_person",
        ["development_id"],
        unique=True,
        sqlite_where=sa.text("part = 'lead'"),
        postgresql_where=sa.text("part = 'lead'"),
    )
    op.create_index(
        "uq_pilot_service_development_person_part",
        "pilot_service_development_person",
        ["development_id", "person_id", "part"],
        unique=True,
    )
    op.create_table(
        "pilot_service_development_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("is_beyond", sa.Boolean(), nullable=False),
        sa.Column("beyond_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["pilot_service_development.id"],
            name=op.f("fk_pilot_service_development_booking_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_pilot_service_development_booking_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_development_booking")),
    )
    op.create_index(
        op.f("ix_pilot_service_development_booking_development_id"),
        "pilot_service_development_booking",
        ["development_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pilot_service_development_booking_person_id"),
        "pilot_service_development_booking",
        ["person_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_development_ticket",
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["pilot_service_development.id"],
            name=op.f("fk_pilot_service_development_ticket_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_pilot_service_development_ticket_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "development_id", "ticket_id", name=op.f("pk_pilot_service_development_ticket")
        ),
    )
    op.create_index(
        op.f("ix_pilot_service_development_ticket_ticket_id"),
        "pilot_service_development_ticket",
        ["ticket_id"],
        unique=False,
    )
    op.create_table(
        "pilot_service_development_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("deployed_on", sa.Date(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["pilot_service_development.id"],
            name=op.f("fk_pilot_service_development_place_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
            name=op.f("fk_pilot_service_development_place_installation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_service_development_place")),
    )
    op.create_index(
        op.f("ix_pilot_service_development_place_installation_id"),
        "pilot_service_development_place",
        ["installation_id"],
        unique=False,
    )
    op.create_index(
        "uq_pilot_service_development_place_once",
        "pilot_service_development_place",
        ["development_id", "installation_id"],
        unique=True,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("pilot_service_development_place")
    op.drop_table("pilot_service_development_ticket")
    op.drop_table("pilot_service_development_booking")
    op.drop_table("pilot_service_development_person")
    op.drop_table("pilot_service_development_step")
    op.drop_table("pilot_service_development")
