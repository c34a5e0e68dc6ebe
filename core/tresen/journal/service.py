# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writes the journal; the only place that does, so that nothing changes unseen."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from tresen.desk import Desk
from tresen.journal.models import JournalEntry

Changes = Mapping[str, tuple[Any, Any]]
_NOTED = "journal_noted"


def record(
    desk: Desk, subject_kind: str, subject_id: int, action: str, changes: Changes | None = None
) -> None:
    """Add one entry for each changed field, or one without a field for a mere act.

    `changes` maps a field to (old, new): JSON values, days, or moments, which stand there as
    ISO 8601.
    """
    for name, (old, new) in (changes or {"": (None, None)}).items():
        entry = JournalEntry(
            at=desk.now(),
            actor_name=desk.actor.name,
            actor_id=desk.actor.person_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            action=action,
            field=name,
            old=plain(old),
            new=plain(new),
        )
        desk.session.add(entry)
        desk.memo.get(_NOTED, []).append(entry)


@contextmanager
def noting(desk: Desk) -> Iterator[list[JournalEntry]]:
    """Give the entries that are recorded inside, in their order, for a step that can be undone."""
    noted: list[JournalEntry] = []
    desk.memo[_NOTED] = noted
    try:
        yield noted
    finally:
        desk.memo.pop(_NOTED, None)


def change(desk: Desk, subject_kind: str, row: Any, wanted: Mapping[str, Any]) -> bool:
    """Set the fields of a row and record those that really changed; return whether any did."""
    changes = {
        name: (getattr(row, name), value)
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    for name, (_old, value) in changes.items():
        setattr(row, name, value)
    if changes:
        desk.session.flush()
        record(desk, subject_kind, row.id, "changed", changes)
    return bool(changes)


def plain(value: Any) -> Any:
    """Return the value as it stands in the journal: days and moments as ISO 8601."""
    return value.isoformat() if isinstance(value, date) else value
