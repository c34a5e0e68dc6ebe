# SPDX-License-Identifier: AGPL-3.0-or-later
"""The size of a picture, so that a page can show it without reading it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; what was kept before stays a mere download."""
    op.add_column("stored_file", sa.Column("width", sa.Integer(), nullable=True))
    op.add_column("stored_file", sa.Column("height", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the columns away."""
    op.drop_column("stored_file", "height")
    op.drop_column("stored_file", "width")
