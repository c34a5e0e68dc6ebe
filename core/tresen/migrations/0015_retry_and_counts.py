# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a call made something; since when a mail is tried; automatic mails by their age.

A mail that somebody has tried once more gets five days of tries again, and what was counted of
automatic mails is deleted by its age.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns, empty, and the index."""
    op.add_column(
        "outbound_mail", sa.Column("tried_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index("ix_automatic_mail_at", "automatic_mail", ["at"], unique=False)
    op.add_column("idempotent_answer", sa.Column("location", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the columns and the index away."""
    op.drop_index("ix_automatic_mail_at", table_name="automatic_mail")
    op.drop_column("outbound_mail", "tried_since")
    op.drop_column("idempotent_answer", "location")
