# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which remote session minutes were booked for."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

INDEX = "ix_pilot_service_booking_remote_reference"


def upgrade() -> None:
    """Add the column; each session is booked once."""
    column = sa.Column("remote_reference", sa.String(length=20), nullable=True)
    op.add_column("pilot_service_booking", column)
    op.create_index(INDEX, "pilot_service_booking", ["remote_reference"], unique=True)


def downgrade() -> None:
    """Take the column away."""
    op.drop_index(INDEX, table_name="pilot_service_booking")
    op.drop_column("pilot_service_booking", "remote_reference")
