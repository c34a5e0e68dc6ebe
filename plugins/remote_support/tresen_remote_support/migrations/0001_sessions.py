# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remote sessions, what was consented to, the ways in, and moved files."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "remote_support_consent_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_consent_text")),
        sa.UniqueConstraint("language", "version", name="uq_remote_support_consent_text_version"),
    )
    op.create_table(
        "remote_support_remote_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=8), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("installation_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("second_agent_id", sa.Integer(), nullable=True),
        sa.Column("provider", sa.String(length=30), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=100), nullable=False),
        sa.Column("wanted_scope", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_from", UTCDateTime(), nullable=True),
        sa.Column("planned_to", UTCDateTime(), nullable=True),
        sa.Column("open_until", UTCDateTime(), nullable=True),
        sa.Column("seat_hash", sa.String(length=64), nullable=True),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("consented_at", UTCDateTime(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=True),
        sa.Column("seen_at", UTCDateTime(), nullable=True),
        sa.Column("paused_at", UTCDateTime(), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("documented_at", UTCDateTime(), nullable=True),
        sa.Column("reviewed_at", UTCDateTime(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["person.id"],
            name=op.f("fk_remote_support_remote_session_agent_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
            name=op.f("fk_remote_support_remote_session_installation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_remote_support_remote_session_organisation_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_remote_support_remote_session_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"],
            ["person.id"],
            name=op.f("fk_remote_support_remote_session_reviewer_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["second_agent_id"],
            ["person.id"],
            name=op.f("fk_remote_support_remote_session_second_agent_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_remote_support_remote_session_ticket_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_remote_session")),
        sa.UniqueConstraint("reference", name=op.f("uq_remote_support_remote_session_reference")),
        sa.UniqueConstraint("seat_hash", name=op.f("uq_remote_support_remote_session_seat_hash")),
    )
    op.create_index(
        "ix_remote_support_remote_session_agent",
        "remote_support_remote_session",
        ["agent_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_remote_session_installation_id"),
        "remote_support_remote_session",
        ["installation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_remote_session_organisation_id"),
        "remote_support_remote_session",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_remote_session_person_id"),
        "remote_support_remote_session",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        "ix_remote_support_remote_session_requested",
        "remote_support_remote_session",
        ["requested_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_remote_session_reviewer_id"),
        "remote_support_remote_session",
        ["reviewer_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_remote_session_second_agent_id"),
        "remote_support_remote_session",
        ["second_agent_id"],
        unique=False,
    )
    op.create_index(
        "ix_remote_support_remote_session_state",
        "remote_support_remote_session",
        ["state", "seen_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_remote_session_ticket_id"),
        "remote_support_remote_session",
        ["ticket_id"],
        unique=False,
    )
    op.create_table(
        "remote_support_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_remote_support_consent_person_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["remote_support_remote_session.id"],
            name=op.f("fk_remote_support_consent_session_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["text_id"],
            ["remote_support_consent_text.id"],
            name=op.f("fk_remote_support_consent_text_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_consent")),
    )
    op.create_index(
        op.f("ix_remote_support_consent_person_id"),
        "remote_support_consent",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_consent_session_id"),
        "remote_support_consent",
        ["session_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_consent_text_id"),
        "remote_support_consent",
        ["text_id"],
        unique=False,
    )
    op.create_table(
        "remote_support_moved_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("is_from_customer", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("moved_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_remote_support_moved_file_file_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["remote_support_remote_session.id"],
            name=op.f("fk_remote_support_moved_file_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_moved_file")),
    )
    op.create_index(
        op.f("ix_remote_support_moved_file_file_id"),
        "remote_support_moved_file",
        ["file_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_moved_file_session_id"),
        "remote_support_moved_file",
        ["session_id"],
        unique=False,
    )
    op.create_table(
        "remote_support_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("pin_hash", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["remote_support_remote_session.id"],
            name=op.f("fk_remote_support_offer_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_offer")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_remote_support_offer_token_hash")),
    )
    op.create_index(
        op.f("ix_remote_support_offer_session_id"),
        "remote_support_offer",
        ["session_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("remote_support_offer")
    op.drop_table("remote_support_moved_file")
    op.drop_table("remote_support_consent")
    op.drop_table("remote_support_remote_session")
    op.drop_table("remote_support_consent_text")
