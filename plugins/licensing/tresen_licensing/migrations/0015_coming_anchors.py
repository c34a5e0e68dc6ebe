# SPDX-License-Identifier: AGPL-3.0-or-later
"""One anchor at a place also for what is still to be published, which the constraint left out."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
_INDEX, _COMING = "uq_licensing_anchor_coming", "publication_id IS NULL"


def upgrade() -> None:
    """Keep the first of those that were added to one place in one instant, and let none follow."""
    first = (
        "SELECT MIN(id) FROM licensing_anchor WHERE publication_id IS NULL "
        "GROUP BY development_id, place"
    )
    op.execute(
        f"DELETE FROM licensing_anchor WHERE publication_id IS NULL AND id NOT IN ({first})"  # noqa: S608 - ours
    )
    op.create_index(
        _INDEX,
        "licensing_anchor",
        ["development_id", "place"],
        unique=True,
        sqlite_where=sa.text(_COMING),
        postgresql_where=sa.text(_COMING),
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index(_INDEX, "licensing_anchor")
