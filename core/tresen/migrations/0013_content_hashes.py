# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mail says, as a hash, so that the same mail is known without reading the earlier ones.

Mails stored before have none until one with their Message-ID comes: this stays a matter of moments.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column, empty."""
    op.add_column("inbound_mail", sa.Column("content_hash", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Take the column away."""
    op.drop_column("inbound_mail", "content_hash")
