# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recordings with their pieces and who looked, and what sessions and consents say of them."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0009"
down_revision = "0008"

SESSION, CONSENT = "remote_support_remote_session", "remote_support_consent"
RECORDING = "remote_support_recording"
PIECE, VIEW = f"{RECORDING}_piece", f"{RECORDING}_view"


def upgrade() -> None:
    """Add the columns and make the tables."""
    op.add_column(SESSION, sa.Column("recorded_since", UTCDateTime(), nullable=True))
    op.add_column(CONSENT, sa.Column("recording_days", sa.Integer(), nullable=True))
    op.create_table(
        RECORDING,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.Integer(), nullable=True),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("heard_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("walked", sa.JSON(none_as_null=True), nullable=True),
        _points(RECORDING, "session_id", SESSION, "CASCADE"),
        _points(RECORDING, "agent_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{RECORDING}")),
    )
    _make_pieces()
    _make_views()
    for name, table, columns in (
        (f"ix_{RECORDING}_session", RECORDING, ["session_id", "id"]),
        (f"ix_{RECORDING}_due", RECORDING, ["deleted_at", "delete_on"]),
        (f"ix_{RECORDING}_open", RECORDING, ["ended_at", "heard_at"]),
        (op.f(f"ix_{RECORDING}_agent_id"), RECORDING, ["agent_id"]),
        (f"ix_{PIECE}_begins", PIECE, ["recording_id", "begins"]),
        (op.f(f"ix_{VIEW}_recording_id"), VIEW, ["recording_id"]),
        (op.f(f"ix_{VIEW}_person_id"), VIEW, ["person_id"]),
    ):
        op.create_index(name, table, columns, unique=False)


def downgrade() -> None:
    """Drop the tables and take the columns away."""
    for table in (VIEW, PIECE, RECORDING):
        op.drop_table(table)
    op.drop_column(CONSENT, "recording_days")
    op.drop_column(SESSION, "recorded_since")


def _make_pieces() -> None:
    op.create_table(
        PIECE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _points(PIECE, "recording_id", RECORDING, "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PIECE}")),
        sa.UniqueConstraint("recording_id", "number", name=f"uq_{PIECE}_number"),
    )


def _make_views() -> None:
    op.create_table(
        VIEW,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_customer", sa.Boolean(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        _points(VIEW, "recording_id", RECORDING, "CASCADE"),
        _points(VIEW, "person_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{VIEW}")),
    )


def _points(table: str, column: str, target: str, becomes: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=becomes)
