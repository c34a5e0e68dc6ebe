# SPDX-License-Identifier: AGPL-3.0-or-later
"""What releases consist of, what the licences of that demand, and how it is met."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the tables."""
    _make_boms()
    _make_components()
    _make_obligations()
    _make_choices()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("licensing_choice")
    op.drop_table("licensing_obligation")
    op.drop_table("licensing_licence_text")
    op.drop_table("licensing_clearing")
    op.drop_table("licensing_component")
    op.drop_table("licensing_bom")


def _make_boms() -> None:
    op.create_table(
        "licensing_bom",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("spec_version", sa.String(length=10), nullable=False),
        sa.Column("serial", sa.String(length=500), nullable=False),
        sa.Column("direct", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("imported_at", UTCDateTime(), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_licensing_bom_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_bom_file_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["imported_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_bom_imported_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_bom")),
    )
    op.create_index("ix_licensing_bom_version", "licensing_bom", ["version_id", "superseded_at"])
    op.create_index(op.f("ix_licensing_bom_file_id"), "licensing_bom", ["file_id"])
    op.create_index(op.f("ix_licensing_bom_imported_by_id"), "licensing_bom", ["imported_by_id"])


def _make_components() -> None:
    op.create_table(
        "licensing_component",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bom_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("purl", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("declared", sa.Text(), nullable=False),
        sa.Column("concluded", sa.Text(), nullable=False),
        sa.Column("copyright", sa.Text(), nullable=False),
        sa.Column("hashes", sa.JSON(), nullable=False),
        sa.Column("depends_on", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("expression", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(
            ["bom_id"],
            ["licensing_bom.id"],
            name=op.f("fk_licensing_component_bom_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_component")),
        sa.UniqueConstraint("bom_id", "position", name="uq_licensing_component_position"),
    )
    op.create_index(
        "ix_licensing_component_expression", "licensing_component", ["bom_id", "expression"]
    )
    _make_clearings()
    op.create_table(
        "licensing_licence_text",
        sa.Column("bom_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bom_id"],
            ["licensing_bom.id"],
            name=op.f("fk_licensing_licence_text_bom_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("bom_id", "sha256", name=op.f("pk_licensing_licence_text")),
    )


def _make_clearings() -> None:
    op.create_table(
        "licensing_clearing",
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cleared_at", UTCDateTime(), nullable=False),
        sa.Column("cleared_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["component_id"],
            ["licensing_component.id"],
            name=op.f("fk_licensing_clearing_component_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["cleared_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_clearing_cleared_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("component_id", name=op.f("pk_licensing_clearing")),
    )
    op.create_index(
        op.f("ix_licensing_clearing_cleared_by_id"), "licensing_clearing", ["cleared_by_id"]
    )


def _make_obligations() -> None:
    op.create_table(
        "licensing_obligation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=20), nullable=False),
        sa.Column("licence", sa.String(length=600), nullable=False),
        sa.Column("bom_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("met_at", UTCDateTime(), nullable=False),
        sa.Column("met_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_licensing_obligation_version_id"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [target],
                name=op.f(f"fk_licensing_obligation_{column}"),
                ondelete="SET NULL",
            )
            for column, target in (
                ("bom_id", "licensing_bom.id"),
                ("file_id", "stored_file.id"),
                ("met_by_id", "person.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_obligation")),
        sa.UniqueConstraint("version_id", "duty", "licence", name="uq_licensing_obligation_duty"),
    )
    for column in ("bom_id", "file_id", "met_by_id"):
        name = op.f(f"ix_licensing_obligation_{column}")
        op.create_index(name, "licensing_obligation", [column])


def _make_choices() -> None:
    op.create_table(
        "licensing_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("expression", sa.String(length=600), nullable=False),
        sa.Column("chosen", sa.String(length=600), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("chosen_at", UTCDateTime(), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["product_version.id"],
            name=op.f("fk_licensing_choice_version_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_choice_chosen_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_choice")),
        sa.UniqueConstraint("version_id", "expression", name="uq_licensing_choice_expression"),
    )
    op.create_index(op.f("ix_licensing_choice_chosen_by_id"), "licensing_choice", ["chosen_by_id"])
