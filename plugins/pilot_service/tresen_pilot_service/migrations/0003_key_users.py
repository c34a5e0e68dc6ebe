# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who speaks for the customer in a pilot: the key user and their deputy."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COLUMNS = ("key_user_id", "key_user_deputy_id")


def upgrade() -> None:
    """Add the columns, empty, with their keys and indexes."""
    with op.batch_alter_table("pilot_service_participation") as table:
        for name in COLUMNS:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            table.create_foreign_key(
                op.f(f"fk_pilot_service_participation_{name}"),
                "person",
                [name],
                ["id"],
                ondelete="SET NULL",
            )
            table.create_index(op.f(f"ix_pilot_service_participation_{name}"), [name])


def downgrade() -> None:
    """Take the columns away."""
    with op.batch_alter_table("pilot_service_participation") as table:
        for name in COLUMNS:
            table.drop_index(op.f(f"ix_pilot_service_participation_{name}"))
            table.drop_constraint(
                op.f(f"fk_pilot_service_participation_{name}"), type_="foreignkey"
            )
            table.drop_column(name)
