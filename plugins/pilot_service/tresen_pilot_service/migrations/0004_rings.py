# SPDX-License-Identifier: AGPL-3.0-or-later
"""In which ring a customer gets a build: 0 first, then 1, 2 and so on."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column; who takes part already stands in ring 1."""
    op.add_column(
        "pilot_service_participation",
        sa.Column("ring", sa.Integer(), nullable=False, server_default="1"),
    )


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("pilot_service_participation", "ring")
