# SPDX-License-Identifier: AGPL-3.0-or-later
"""Puts the organisations that are there into the search index."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from tresen.db import UTCDateTime
from tresen.search.stems import stems

revision = "0012"
down_revision = "0011"

KIND = "organisation"
organisation = sa.table("organisation", *map(sa.column, ("id", "name", "note")))
search_entry = sa.table(
    "search_entry",
    *map(sa.column, ("kind", "subject_id", "part_id", "is_public", "title_stems", "body_stems")),
    sa.column("at", UTCDateTime()),
)


def upgrade() -> None:
    """Add an entry for each organisation."""
    now = datetime.now(UTC)
    rows = op.get_bind().execute(sa.select(organisation).order_by(organisation.c.id)).all()
    entries = [
        {
            "kind": KIND,
            "subject_id": row.id,
            "part_id": 0,
            "is_public": False,
            "title_stems": stems(row.name),
            "body_stems": stems(row.note),
            "at": now,
        }
        for row in rows
    ]
    if entries:
        op.bulk_insert(search_entry, entries)


def downgrade() -> None:
    """Take them out again."""
    op.execute(sa.delete(search_entry).where(search_entry.c.kind == KIND))
