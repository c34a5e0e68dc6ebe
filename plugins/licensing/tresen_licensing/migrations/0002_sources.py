# SPDX-License-Identifier: AGPL-3.0-or-later
"""What runs here, and the archives of its source."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "licensing_source_archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=128), nullable=False),
        sa.Column("sha512", sa.String(length=128), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("packed_at", UTCDateTime(), nullable=False),
        sa.Column("last_seen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_licensing_source_archive_file_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_source_archive")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_licensing_source_archive_fingerprint")),
        sa.UniqueConstraint("sha512", name=op.f("uq_licensing_source_archive_sha512")),
    )
    for column in ("file_id", "last_seen_at"):
        op.create_index(
            op.f(f"ix_licensing_source_archive_{column}"), "licensing_source_archive", [column]
        )
    op.create_table(
        "licensing_running_distribution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("licence", sa.String(length=500), nullable=False),
        sa.Column("source_url", sa.String(length=1000), nullable=False),
        sa.Column("commit", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("differing", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("archive_id", sa.Integer(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["archive_id"],
            ["licensing_source_archive.id"],
            name=op.f("fk_licensing_running_distribution_archive_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_running_distribution")),
        sa.UniqueConstraint("name", name=op.f("uq_licensing_running_distribution_name")),
    )
    op.create_index(
        op.f("ix_licensing_running_distribution_archive_id"),
        "licensing_running_distribution",
        ["archive_id"],
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("licensing_running_distribution")
    op.drop_table("licensing_source_archive")
