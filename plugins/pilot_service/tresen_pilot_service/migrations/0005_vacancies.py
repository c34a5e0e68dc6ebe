# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a part of a participation is vacant because its person was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; nothing is known to be vacant."""
    op.add_column(
        "pilot_service_participation",
        sa.Column("has_vacancy", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("pilot_service_participation", "has_vacancy")
