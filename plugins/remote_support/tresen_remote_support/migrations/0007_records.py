# SPDX-License-Identifier: AGPL-3.0-or-later
"""Protocols that were sent, and the answers to the checklist."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "remote_support_protocol",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["stored_file.id"],
            name=op.f("fk_remote_support_protocol_file_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=op.f("fk_remote_support_protocol_message_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["remote_support_remote_session.id"],
            name=op.f("fk_remote_support_protocol_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_protocol")),
        sa.UniqueConstraint("session_id", "version", name="uq_remote_support_protocol_version"),
    )
    op.create_index(
        op.f("ix_remote_support_protocol_file_id"),
        "remote_support_protocol",
        ["file_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_remote_support_protocol_message_id"),
        "remote_support_protocol",
        ["message_id"],
        unique=False,
    )
    op.create_table(
        "remote_support_checklist_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requirement", sa.String(length=4), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_remote_support_checklist_answer_person_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_checklist_answer")),
        sa.UniqueConstraint(
            "requirement", name=op.f("uq_remote_support_checklist_answer_requirement")
        ),
    )
    op.create_index(
        op.f("ix_remote_support_checklist_answer_person_id"),
        "remote_support_checklist_answer",
        ["person_id"],
        unique=False,
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("remote_support_checklist_answer")
    op.drop_table("remote_support_protocol")
