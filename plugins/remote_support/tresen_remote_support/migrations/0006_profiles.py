# SPDX-License-Identifier: AGPL-3.0-or-later
"""Access profiles with who approves of them, and what sessions and consents owe to them."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0006"
down_revision = "0005"

SESSION = "remote_support_remote_session"
CONSENT = "remote_support_consent"
PROFILE = "remote_support_access_profile"
APPROVER = "remote_support_approver"


def upgrade() -> None:
    """Make the tables and add the columns, empty."""
    _make_profile()
    op.create_table(
        APPROVER,
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"],
            [f"{PROFILE}.id"],
            name=op.f(f"fk_{APPROVER}_profile_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{APPROVER}_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("profile_id", "person_id", name=op.f(f"pk_{APPROVER}")),
    )
    op.create_index(op.f(f"ix_{APPROVER}_person_id"), APPROVER, ["person_id"])
    with op.batch_alter_table(SESSION) as table:
        table.add_column(sa.Column("profile_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f(f"fk_{SESSION}_profile_id"), PROFILE, ["profile_id"], ["id"], ondelete="SET NULL"
        )
        table.create_index(op.f(f"ix_{SESSION}_profile_id"), ["profile_id"])
    with op.batch_alter_table(CONSENT) as table:
        table.add_column(sa.Column("until", UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Take away the columns and the tables."""
    with op.batch_alter_table(CONSENT) as table:
        table.drop_column("until")
    with op.batch_alter_table(SESSION) as table:
        table.drop_index(op.f(f"ix_{SESSION}_profile_id"))
        table.drop_constraint(op.f(f"fk_{SESSION}_profile_id"), type_="foreignkey")
        table.drop_column("profile_id")
    op.drop_table(APPROVER)
    op.drop_table(PROFILE)


def _make_profile() -> None:
    op.create_table(
        PROFILE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("installation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("provider", sa.String(length=30), nullable=False),
        sa.Column("target_id", sa.String(length=200), nullable=False),
        sa.Column("days", sa.String(length=7), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("needs_consent", sa.Boolean(), nullable=False),
        sa.Column("standing_basis", sa.String(length=200), nullable=False),
        sa.Column("standing_from", sa.Date(), nullable=True),
        sa.Column("standing_until", sa.Date(), nullable=True),
        sa.Column("devices", sa.Text(), nullable=False),
        sa.Column("agreement_number", sa.String(length=60), nullable=False),
        sa.Column("agreement_until", sa.Date(), nullable=True),
        sa.Column("may_record", sa.Boolean(), nullable=False),
        sa.Column("recording_days", sa.Integer(), nullable=True),
        sa.Column("data_class", sa.String(length=200), nullable=False),
        sa.Column("secret_place", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installation.id"],
            name=op.f(f"fk_{PROFILE}_installation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PROFILE}")),
    )
    op.create_index(op.f(f"ix_{PROFILE}_installation_id"), PROFILE, ["installation_id"])
