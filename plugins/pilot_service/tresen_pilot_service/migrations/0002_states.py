# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a participation stands: who took part is active, who left has withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; who takes part already did so from the programme's first day on."""
    op.add_column(
        "pilot_service_participation",
        sa.Column("state", sa.String(length=20), nullable=False, server_default="invited"),
    )
    op.add_column("pilot_service_participation", sa.Column("agreed_on", sa.Date(), nullable=True))
    op.add_column("pilot_service_participation", sa.Column("active_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE pilot_service_participation SET"
        " state = CASE WHEN ended_on IS NULL THEN 'active' ELSE 'withdrawn' END,"
        " active_on = (SELECT starts_on FROM pilot_service_programme"
        " WHERE pilot_service_programme.id = pilot_service_participation.programme_id)"
    )


def downgrade() -> None:
    """Take the columns away."""
    op.drop_column("pilot_service_participation", "active_on")
    op.drop_column("pilot_service_participation", "agreed_on")
    op.drop_column("pilot_service_participation", "state")
