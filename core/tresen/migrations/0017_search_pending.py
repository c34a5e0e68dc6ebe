# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeps short what PostgreSQL's word indexes have yet to take in, and orders an owner's tickets.

New texts wait in a list that every search reads from end to end. By default it holds 4 MB, the
titles of 40,000 texts, and a search took some 30 ms for it in each index; of 64 kB nobody notices
anything, and filling the index costs what it cost.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

INDEXES = ("search_text_title_words", "search_text_body_words")


def upgrade() -> None:
    """Shorten the lists and take in what stands in them; add the index of owners."""
    op.create_index(
        "ix_ticket_owner_message", "ticket", ["owner_id", "last_message_at", "id"], unique=False
    )
    if op.get_context().dialect.name == "postgresql":
        for name in INDEXES:
            op.execute(f"ALTER INDEX {name} SET (gin_pending_list_limit = 64)")
            op.execute(f"SELECT gin_clean_pending_list('{name}')")


def downgrade() -> None:
    """Let the lists grow again; drop the index."""
    if op.get_context().dialect.name == "postgresql":
        for name in INDEXES:
            op.execute(f"ALTER INDEX {name} RESET (gin_pending_list_limit)")
    op.drop_index("ix_ticket_owner_message", table_name="ticket")
