# SPDX-License-Identifier: AGPL-3.0-or-later
"""Offerings, releases and setups on the core's products, vendors with contracts, and licences."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "licensing_vendor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("support_contact", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_vendor")),
        sa.UniqueConstraint("name", name=op.f("uq_licensing_vendor_name")),
    )
    op.create_table(
        "licensing_vendor_contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vendor_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("notice_months", sa.Integer(), nullable=False),
        sa.Column("renew_months", sa.Integer(), nullable=False),
        sa.Column("support_contact", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id"],
            ["licensing_vendor.id"],
            name=op.f("fk_licensing_vendor_contract_vendor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_vendor_contract")),
    )
    op.create_index(
        op.f("ix_licensing_vendor_contract_vendor_id"),
        "licensing_vendor_contract",
        ["vendor_id"],
        unique=False,
    )
    op.create_table(
        "licensing_covered",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["licensing_vendor_contract.id"],
            name=op.f("fk_licensing_covered_contract_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_licensing_covered_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", "product_id", name=op.f("pk_licensing_covered")),
    )
    op.create_index(
        op.f("ix_licensing_covered_product_id"), "licensing_covered", ["product_id"], unique=False
    )
    op.create_table(
        "licensing_licence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=80), nullable=False),
        sa.Column("metric", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=2000), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("maintenance_until", sa.Date(), nullable=True),
        sa.Column("reminder_days", sa.Integer(), nullable=False),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_licensing_licence_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_licensing_licence_product_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_licence")),
    )
    op.create_index(
        op.f("ix_licensing_licence_ends_on"), "licensing_licence", ["ends_on"], unique=False
    )
    op.create_index(
        op.f("ix_licensing_licence_maintenance_until"),
        "licensing_licence",
        ["maintenance_until"],
        unique=False,
    )
    op.create_index(
        "ix_licensing_licence_organisation_id",
        "licensing_licence",
        ["organisation_id", "product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_licence_product_id"), "licensing_licence", ["product_id"], unique=False
    )
    op.create_table(
        "licensing_offering",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("lifecycle", sa.String(length=20), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("vendor_id", sa.Integer(), nullable=True),
        sa.Column("upstream", sa.String(length=300), nullable=False),
        sa.Column("support_from", sa.Date(), nullable=True),
        sa.Column("support_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["person.id"],
            name=op.f("fk_licensing_offering_owner_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_licensing_offering_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"],
            ["licensing_vendor.id"],
            name=op.f("fk_licensing_offering_vendor_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_offering")),
        sa.UniqueConstraint("product_id", name=op.f("uq_licensing_offering_product_id")),
    )
    op.create_index(
        op.f("ix_licensing_offering_owner_id"), "licensing_offering", ["owner_id"], unique=False
    )
    op.create_index(
        op.f("ix_licensing_offering_support_until"),
        "licensing_offering",
        ["support_until"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_offering_vendor_id"), "licensing_offering", ["vendor_id"], unique=False
    )
    op.create_table(
        "licensing_end_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_licensing_end_notice_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_licensing_end_notice_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_end_notice")),
        sa.UniqueConstraint(
            "product_id",
            "version_id",
            "until",
            "months",
            name=op.f("uq_licensing_end_notice_product_id_version_id_until_months"),
        ),
    )
    op.create_index(
        op.f("ix_licensing_end_notice_product_id"),
        "licensing_end_notice",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_end_notice_until"), "licensing_end_notice", ["until"], unique=False
    )
    op.create_index(
        op.f("ix_licensing_end_notice_version_id"),
        "licensing_end_notice",
        ["version_id"],
        unique=False,
    )
    op.create_table(
        "licensing_entitled",
        sa.Column("licence_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["licence_id"],
            ["licensing_licence.id"],
            name=op.f("fk_licensing_entitled_licence_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_licensing_entitled_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("licence_id", "person_id", name=op.f("pk_licensing_entitled")),
    )
    op.create_index(
        op.f("ix_licensing_entitled_person_id"), "licensing_entitled", ["person_id"], unique=False
    )
    op.create_table(
        "licensing_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("notes_de", sa.Text(), nullable=False),
        sa.Column("notes_en", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("source_sha512", sa.String(length=128), nullable=False),
        sa.Column("sbom_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sbom_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_release_sbom_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_release_source_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_licensing_release_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_release")),
        sa.UniqueConstraint("version_id", name=op.f("uq_licensing_release_version_id")),
    )
    op.create_index(
        op.f("ix_licensing_release_sbom_id"), "licensing_release", ["sbom_id"], unique=False
    )
    op.create_index(
        op.f("ix_licensing_release_source_id"), "licensing_release", ["source_id"], unique=False
    )
    op.create_table(
        "licensing_setup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("criticality", sa.String(length=20), nullable=False),
        sa.Column("modules", sa.Text(), nullable=False),
        sa.Column("customer_changes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
            name=op.f("fk_licensing_setup_installation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_setup")),
        sa.UniqueConstraint("installation_id", name=op.f("uq_licensing_setup_installation_id")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("licensing_setup")
    op.drop_table("licensing_release")
    op.drop_table("licensing_entitled")
    op.drop_table("licensing_end_notice")
    op.drop_table("licensing_offering")
    op.drop_table("licensing_licence")
    op.drop_table("licensing_covered")
    op.drop_table("licensing_vendor_contract")
    op.drop_table("licensing_vendor")
