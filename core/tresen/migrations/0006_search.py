# SPDX-License-Identifier: AGPL-3.0-or-later
"""The search index: one table, and beside it what each database searches words with.

SQLite has an FTS5 table that points into this one and is kept by triggers; PostgreSQL has a
vector of each column of stems and an index over it. Autogenerate leaves everything called
search_text alone.
"""

import sqlalchemy as sa
from alembic import op
from tresen.db import UTCDateTime

revision = "0006"
down_revision = "0005"

_DELETE = (
    "INSERT INTO search_text (search_text, rowid, kind, title_stems, body_stems) "
    "VALUES ('delete', old.id, old.kind, old.title_stems, old.body_stems);"
)
_INSERT = (
    "INSERT INTO search_text (rowid, kind, title_stems, body_stems) "
    "VALUES (new.id, new.kind, new.title_stems, new.body_stems);"
)
_FTS5 = (
    "CREATE VIRTUAL TABLE search_text USING fts5(kind, title_stems, body_stems, "
    "content='search_entry', content_rowid='id', prefix='3')"
)
SQLITE = (
    _FTS5,
    f"CREATE TRIGGER search_text_ai AFTER INSERT ON search_entry BEGIN {_INSERT} END",
    f"CREATE TRIGGER search_text_ad AFTER DELETE ON search_entry BEGIN {_DELETE} END",
    f"CREATE TRIGGER search_text_au AFTER UPDATE ON search_entry BEGIN {_DELETE} {_INSERT} END",
)
_VECTOR = (
    "ALTER TABLE search_entry ADD COLUMN search_text_{0} tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', {0}_stems) "
    "|| array_to_tsvector(ARRAY['=' || kind])) STORED"
)
_WORDS = "CREATE INDEX search_text_{0}_words ON search_entry USING gin (search_text_{0})"
# The kind is one of the words, so that a common word costs the rare kinds nothing. Stored, because
# making a vector anew for each row that is looked at costs more than finding it.
POSTGRESQL = tuple(step.format(part) for part in ("title", "body") for step in (_VECTOR, _WORDS))


def upgrade() -> None:
    """Make the table, then the database's own word index."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("title_stems", sa.Text(), nullable=False),
        sa.Column("body_stems", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
    )
    op.create_index(
        "uq_search_entry_part", "search_entry", ["kind", "subject_id", "part_id"], unique=True
    )
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """Drop the table; what hangs on it goes with it, but for SQLite's word table."""
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE search_text")
    op.drop_table("search_entry")
