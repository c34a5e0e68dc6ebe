# SPDX-License-Identifier: AGPL-3.0-or-later
"""By which contract a session was covered when it began."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SESSION = "remote_support_remote_session"


def upgrade() -> None:
    """Add the column."""
    text = sa.String(length=200)
    op.add_column(SESSION, sa.Column("contract", text, nullable=False, server_default=""))


def downgrade() -> None:
    """Take the column away."""
    op.drop_column(SESSION, "contract")
