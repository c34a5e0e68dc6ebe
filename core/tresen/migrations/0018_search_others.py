# SPDX-License-Identifier: AGPL-3.0-or-later
"""Gives SQLite an index of words of its own for everything that is no ticket.

FTS5 gathers all matches of a word's beginning before it narrows them to a kind. People and
organisations are few, and each question for them gathered the texts of every ticket again.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

OTHERS = "search_text_others"
_COLUMNS = "kind, title_stems, body_stems"
_FTS5 = (
    f"CREATE VIRTUAL TABLE {OTHERS} USING fts5({_COLUMNS}, "
    "content='search_entry', content_rowid='id', prefix='3')"
)
# Moves the entries of other kinds from one index to the other.
_ADD_ALL = (
    "INSERT INTO {0} (rowid, kind, title_stems, body_stems) "
    "SELECT id, kind, title_stems, body_stems FROM search_entry WHERE kind <> 'ticket'"
)
_DELETE_ALL = (
    "INSERT INTO search_text (search_text, rowid, kind, title_stems, body_stems) "
    "SELECT 'delete', id, kind, title_stems, body_stems FROM search_entry WHERE kind <> 'ticket'"
)
_DELETE = (
    "INSERT INTO {0} ({0}, rowid, kind, title_stems, body_stems) "
    "VALUES ('delete', old.id, old.kind, old.title_stems, old.body_stems);"
)
_INSERT = (
    "INSERT INTO {0} (rowid, kind, title_stems, body_stems) "
    "VALUES (new.id, new.kind, new.title_stems, new.body_stems);"
)
# Suffix and event of each trigger, and what it does to the index.
_TRIGGERS = (
    ("ai", "INSERT", "new", _INSERT),
    ("ad", "DELETE", "old", _DELETE),
    ("au", "UPDATE", "new", _DELETE + _INSERT),
)


def upgrade() -> None:
    """Make the second index, move what belongs there, and keep both from now on."""
    if op.get_context().dialect.name != "sqlite":
        return
    op.execute(_FTS5)
    op.execute(_ADD_ALL.format(OTHERS))
    op.execute(_DELETE_ALL)
    _keep("search_text", " WHEN {row}.kind = 'ticket'")
    _keep(OTHERS, " WHEN {row}.kind <> 'ticket'")


def downgrade() -> None:
    """Move everything back into the one index."""
    if op.get_context().dialect.name != "sqlite":
        return
    op.execute(_ADD_ALL.format("search_text"))
    _keep("search_text", "")
    for suffix, *_trigger in _TRIGGERS:
        op.execute(f"DROP TRIGGER {OTHERS}_{suffix}")
    op.execute(f"DROP TABLE {OTHERS}")


def _keep(index: str, condition: str) -> None:
    """Let triggers keep the index; an entry never changes its kind."""
    for suffix, event, row, work in _TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {index}_{suffix}")
        when = condition.format(row=row)
        body = work.format(index)
        op.execute(
            f"CREATE TRIGGER {index}_{suffix} AFTER {event} ON search_entry{when} BEGIN {body} END"
        )
