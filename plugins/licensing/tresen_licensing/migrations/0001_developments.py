# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agreements, developments with their changes, deployments and waivers, and their journal."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "licensing_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_licensing_number")),
    )
    op.create_table(
        "licensing_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("licence", sa.String(length=120), nullable=False),
        sa.Column("publishing", sa.String(length=20), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("deadline_days", sa.Integer(), nullable=False),
        sa.Column("embargo_days", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(length=20), nullable=False),
        sa.Column("privacy_note", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("document_sha512", sa.String(length=128), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_agreement_document_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_licensing_agreement_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_agreement")),
    )
    op.create_index(
        op.f("ix_licensing_agreement_document_id"),
        "licensing_agreement",
        ["document_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_agreement_organisation_id"),
        "licensing_agreement",
        ["organisation_id"],
        unique=False,
    )
    op.create_table(
        "licensing_development",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("base_version_id", sa.Integer(), nullable=True),
        sa.Column("component", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("upstream_url", sa.String(length=300), nullable=False),
        sa.Column("upstream_branch", sa.String(length=120), nullable=False),
        sa.Column("embargoed_until", sa.Date(), nullable=True),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("moved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["licensing_agreement.id"],
            name=op.f("fk_licensing_development_agreement_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["base_version_id"],
            ["product_version.id"],
            name=op.f("fk_licensing_development_base_version_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_licensing_development_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["person.id"],
            name=op.f("fk_licensing_development_owner_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["product.id"],
            name=op.f("fk_licensing_development_product_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_development")),
        sa.UniqueConstraint("reference", name=op.f("uq_licensing_development_reference")),
    )
    op.create_index(
        op.f("ix_licensing_development_agreement_id"),
        "licensing_development",
        ["agreement_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_development_base_version_id"),
        "licensing_development",
        ["base_version_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_development_organisation_id"),
        "licensing_development",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_development_owner_id"),
        "licensing_development",
        ["owner_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_development_product_id"),
        "licensing_development",
        ["product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_development_state"), "licensing_development", ["state"], unique=False
    )
    op.create_table(
        "licensing_change_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(length=40), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("sha512", sa.String(length=128), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_change_set_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_change_set_file_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_change_set_made_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_change_set")),
        sa.UniqueConstraint("development_id", "version", name="uq_licensing_change_set_version"),
    )
    op.create_index(
        op.f("ix_licensing_change_set_file_id"), "licensing_change_set", ["file_id"], unique=False
    )
    op.create_index(
        op.f("ix_licensing_change_set_made_by_id"),
        "licensing_change_set",
        ["made_by_id"],
        unique=False,
    )
    op.create_table(
        "licensing_development_ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_development_ticket_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_licensing_development_ticket_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_development_ticket")),
        sa.UniqueConstraint(
            "development_id", "ticket_id", name="uq_licensing_development_ticket_pair"
        ),
    )
    op.create_index(
        op.f("ix_licensing_development_ticket_ticket_id"),
        "licensing_development_ticket",
        ["ticket_id"],
        unique=False,
    )
    op.create_table(
        "licensing_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("happened_at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_sha256", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["person.id"],
            name=op.f("fk_licensing_entry_actor_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_entry_development_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_entry")),
        sa.UniqueConstraint("development_id", "number", name="uq_licensing_entry_number"),
    )
    op.create_index(
        op.f("ix_licensing_entry_actor_id"), "licensing_entry", ["actor_id"], unique=False
    )
    op.create_table(
        "licensing_waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_waiver_asked_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_waiver_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_waiver_granted_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_waiver")),
    )
    op.create_index(
        op.f("ix_licensing_waiver_asked_by_id"), "licensing_waiver", ["asked_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_licensing_waiver_development_id"),
        "licensing_waiver",
        ["development_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_waiver_granted_by_id"),
        "licensing_waiver",
        ["granted_by_id"],
        unique=False,
    )
    op.create_table(
        "licensing_deployment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=True),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("tree", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("verified_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_set_id"],
            ["licensing_change_set.id"],
            name=op.f("fk_licensing_deployment_change_set_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_deployment_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
            name=op.f("fk_licensing_deployment_installation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_licensing_deployment_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_deployment")),
    )
    op.create_index(
        op.f("ix_licensing_deployment_change_set_id"),
        "licensing_deployment",
        ["change_set_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_deployment_installation_id"),
        "licensing_deployment",
        ["installation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_licensing_deployment_organisation_id"),
        "licensing_deployment",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        "ix_licensing_deployment_seen",
        "licensing_deployment",
        ["development_id", "is_outside", "first_seen_on"],
        unique=False,
    )
    op.create_table(
        "licensing_patch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("author_address", sa.String(length=320), nullable=False),
        sa.Column("authored_at", UTCDateTime(), nullable=True),
        sa.Column("signed_off", sa.Text(), nullable=False),
        sa.Column("patch_id", sa.String(length=40), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("paths", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_set_id"],
            ["licensing_change_set.id"],
            name=op.f("fk_licensing_patch_change_set_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_patch")),
        sa.UniqueConstraint("change_set_id", "position", name="uq_licensing_patch_position"),
    )
    op.create_index(
        op.f("ix_licensing_patch_patch_id"), "licensing_patch", ["patch_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("licensing_patch")
    op.drop_table("licensing_deployment")
    op.drop_table("licensing_waiver")
    op.drop_table("licensing_entry")
    op.drop_table("licensing_development_ticket")
    op.drop_table("licensing_change_set")
    op.drop_table("licensing_development")
    op.drop_table("licensing_agreement")
    op.drop_table("licensing_number")
