# SPDX-License-Identifier: AGPL-3.0-or-later
"""The Message-ID of a mail that is not read yet, so that a reply can wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column and its index."""
    op.add_column(
        "inbound_mail", sa.Column("internet_message_id", sa.String(length=255), nullable=True)
    )
    op.create_index(
        op.f("ix_inbound_mail_internet_message_id"),
        "inbound_mail",
        ["internet_message_id"],
        unique=False,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_index(op.f("ix_inbound_mail_internet_message_id"), "inbound_mail")
    op.drop_column("inbound_mail", "internet_message_id")
