# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where two browsers find each other, and the newest picture."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0003"
down_revision = "0002"

SESSION = "remote_support_remote_session.id"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "remote_support_room",
        sa.Column("session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("boot", sa.String(length=16), nullable=False),
        sa.Column("generation", sa.String(length=16), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("customer_socket", sa.String(length=16), nullable=False),
        sa.Column("agent_socket", sa.String(length=16), nullable=False),
        sa.Column("news", sa.Integer(), nullable=False),
        _of_session("remote_support_room"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_remote_support_room")),
    )
    op.create_table(
        "remote_support_signal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _of_session("remote_support_signal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_support_signal")),
    )
    op.create_index(
        "ix_remote_support_signal_session", "remote_support_signal", ["session_id", "id"]
    )
    op.create_index(op.f("ix_remote_support_signal_at"), "remote_support_signal", ["at"])
    op.create_table(
        "remote_support_frame",
        sa.Column("session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _of_session("remote_support_frame"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_remote_support_frame")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("frame", "signal", "room"):
        op.drop_table(f"remote_support_{table}")


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_session_id")
    return sa.ForeignKeyConstraint(["session_id"], [SESSION], name=name, ondelete="CASCADE")
