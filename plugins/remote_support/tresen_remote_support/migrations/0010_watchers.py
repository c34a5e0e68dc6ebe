# SPDX-License-Identifier: AGPL-3.0-or-later
"""A second viewer of the moving picture, and pictures taken of it."""

import sqlalchemy as sa
from alembic import op
from tresen.sdk import UTCDateTime

revision = "0010"
down_revision = "0009"

ROOM, SIGNAL, STILL = (f"remote_support_{name}" for name in ("room", "signal", "still"))


def upgrade() -> None:
    """Add the columns."""
    for name in ("second_offered", "second_answered"):
        op.add_column(ROOM, sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for table, name, length in ((ROOM, "second_socket", 16), (SIGNAL, "viewer", 10)):
        text = sa.String(length=length)
        op.add_column(table, sa.Column(name, text, nullable=False, server_default=""))
    no = sa.false()
    op.add_column(STILL, sa.Column("is_taken", sa.Boolean(), nullable=False, server_default=no))
    op.add_column(STILL, sa.Column("removed_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    """Take the columns away."""
    for table, names in (
        (STILL, ("removed_at", "is_taken")),
        (SIGNAL, ("viewer",)),
        (ROOM, ("second_socket", "second_answered", "second_offered")),
    ):
        for name in names:
            op.drop_column(table, name)
