# SPDX-License-Identifier: AGPL-3.0-or-later
"""Connections to forges, proposals, words about them, and where patches arrived."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "licensing_connection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("secret_name", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_connection")),
        sa.UniqueConstraint("name", name=op.f("uq_licensing_connection_name")),
    )
    op.create_table(
        "licensing_upstream_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Integer(), nullable=True),
        sa.Column("route", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("repository", sa.String(length=320), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("proposed_at", UTCDateTime(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("last_word_at", UTCDateTime(), nullable=True),
        sa.Column("next_look_at", UTCDateTime(), nullable=True),
        sa.Column("idle_looks", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("next_search_at", UTCDateTime(), nullable=True),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.Column("commit", sa.String(length=40), nullable=False),
        sa.Column("differently", sa.String(length=40), nullable=False),
        sa.Column("release", sa.String(length=80), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [target],
                name=op.f(f"fk_licensing_upstream_proposal_{column}"),
                ondelete=gone,
            )
            for column, target, gone in (
                ("development_id", "licensing_development.id", "CASCADE"),
                ("change_set_id", "licensing_change_set.id", "CASCADE"),
                ("connection_id", "licensing_connection.id", "SET NULL"),
                ("proposed_by_id", "person.id", "SET NULL"),
                ("ticket_id", "ticket.id", "SET NULL"),
                ("file_id", "stored_file.id", "SET NULL"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_upstream_proposal")),
    )
    for column in (
        *("development_id", "change_set_id", "connection_id"),
        *("proposed_by_id", "ticket_id", "file_id", "repository"),
    ):
        op.create_index(
            op.f(f"ix_licensing_upstream_proposal_{column}"),
            "licensing_upstream_proposal",
            [column],
        )
    op.create_index(
        "ix_licensing_upstream_proposal_look",
        "licensing_upstream_proposal",
        ["state", "next_look_at"],
    )
    op.create_index(
        "ix_licensing_upstream_proposal_search",
        "licensing_upstream_proposal",
        ["state", "next_search_at"],
    )
    _make_what_belongs_to_it()


def _make_what_belongs_to_it() -> None:
    op.create_table(
        "licensing_joined_development",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["licensing_upstream_proposal.id"],
            name=op.f("fk_licensing_joined_development_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["licensing_development.id"],
            name=op.f("fk_licensing_joined_development_development_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_joined_development")),
        sa.UniqueConstraint(
            "proposal_id", "development_id", name="uq_licensing_joined_development_pair"
        ),
    )
    op.create_index(
        op.f("ix_licensing_joined_development_development_id"),
        "licensing_joined_development",
        ["development_id"],
    )
    op.create_table(
        "licensing_review_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["licensing_upstream_proposal.id"],
            name=op.f("fk_licensing_review_word_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_review_word")),
        sa.UniqueConstraint("proposal_id", "key", name="uq_licensing_review_word_key"),
    )
    op.create_index("ix_licensing_review_word_author", "licensing_review_word", ["author"])
    op.create_table(
        "licensing_merged_patch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("commit", sa.String(length=40), nullable=False),
        sa.Column("detector", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["licensing_upstream_proposal.id"],
            name=op.f("fk_licensing_merged_patch_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licensing_merged_patch")),
        sa.UniqueConstraint("proposal_id", "position", name="uq_licensing_merged_patch_position"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("licensing_merged_patch")
    op.drop_table("licensing_review_word")
    op.drop_table("licensing_joined_development")
    op.drop_table("licensing_upstream_proposal")
    op.drop_table("licensing_connection")
