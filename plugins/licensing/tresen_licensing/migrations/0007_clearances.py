# SPDX-License-Identifier: AGPL-3.0-or-later
"""Upstream's history, how changes stand on it, and clearances with findings and approvals."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    _add_mirrors()
    _add_attempts()
    _add_clearances()
    _add_findings()
    _add_approvals()
    with op.batch_alter_table("licensing_source_tree") as table:
        table.add_column(sa.Column("archive_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            "fk_licensing_source_tree_archive_id",
            "stored_file",
            ["archive_id"],
            ["id"],
            ondelete="SET NULL",
        )
        table.create_index("ix_licensing_source_tree_archive_id", ["archive_id"])


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("licensing_source_tree") as table:
        table.drop_index("ix_licensing_source_tree_archive_id")
        table.drop_constraint("fk_licensing_source_tree_archive_id", type_="foreignkey")
        table.drop_column("archive_id")
    op.drop_table("licensing_approval")
    op.drop_table("licensing_finding")
    op.drop_table("licensing_clearance")
    op.drop_table("licensing_attempt")
    op.drop_table("licensing_mirror_head")
    op.drop_table("licensing_mirror_pack")
    op.drop_table("licensing_mirror")


def _add_mirrors() -> None:
    op.create_table(
        "licensing_mirror",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_mirror")),
        sa.UniqueConstraint("address", name=op.f("uq_licensing_mirror_address")),
    )
    op.create_table(
        "licensing_mirror_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mirror_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("index_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mirror_id"],
            ["licensing_mirror.id"],
            name=op.f("fk_licensing_mirror_pack_mirror_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pack_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_mirror_pack_pack_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["index_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_mirror_pack_index_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_mirror_pack")),
    )
    for name in ("mirror_id", "pack_id", "index_id"):
        op.create_index(
            op.f(f"ix_licensing_mirror_pack_{name}"), "licensing_mirror_pack", [name], unique=False
        )
    op.create_table(
        "licensing_mirror_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mirror_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("commit", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["mirror_id"],
            ["licensing_mirror.id"],
            name=op.f("fk_licensing_mirror_head_mirror_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_mirror_head")),
        sa.UniqueConstraint("mirror_id", "name", name="uq_licensing_mirror_head_name"),
    )


def _add_attempts() -> None:
    op.create_table(
        "licensing_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("tried_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_set_id"],
            ["licensing_change_set.id"],
            name=op.f("fk_licensing_attempt_change_set_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_attempt")),
        sa.UniqueConstraint("change_set_id", name=op.f("uq_licensing_attempt_change_set_id")),
    )


def _add_clearances() -> None:
    op.create_table(
        "licensing_clearance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("terms", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_clearance_development_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["change_set_id"],
            ["licensing_change_set.id"],
            name=op.f("fk_licensing_clearance_change_set_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_clearance_made_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_clearance")),
    )
    for name in ("development_id", "change_set_id", "made_by_id"):
        op.create_index(
            op.f(f"ix_licensing_clearance_{name}"), "licensing_clearance", [name], unique=False
        )


def _add_findings() -> None:
    op.create_table(
        "licensing_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(length=4), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("patch", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clearance_id"],
            ["licensing_clearance.id"],
            name=op.f("fk_licensing_finding_clearance_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["person.id"],
            name=op.f("fk_licensing_finding_answered_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_finding")),
    )
    for name in ("clearance_id", "answered_by_id"):
        op.create_index(
            op.f(f"ix_licensing_finding_{name}"), "licensing_finding", [name], unique=False
        )


def _add_approvals() -> None:
    op.create_table(
        "licensing_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clearance_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=False),
        sa.Column("approved_at", UTCDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("document_sha512", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["clearance_id"],
            ["licensing_clearance.id"],
            name=op.f("fk_licensing_approval_clearance_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_licensing_approval_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_approval_document_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_approval")),
        sa.UniqueConstraint("clearance_id", "side", name="uq_licensing_approval_side"),
    )
    for name in ("person_id", "document_id"):
        op.create_index(
            op.f(f"ix_licensing_approval_{name}"), "licensing_approval", [name], unique=False
        )
