# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the journal of one subject, and what a person was ever called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from tresen.desk import Desk
from tresen.journal.models import JournalEntry
from tresen.privacy import Traces

if TYPE_CHECKING:
    from tresen.people.models import Person


def entries_of(
    desk: Desk, subject_kind: str, subject_id: int, limit: int = 200
) -> Sequence[JournalEntry]:
    """Return the newest `limit` entries of a subject, the newest first."""
    return desk.session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject_kind == subject_kind, JournalEntry.subject_id == subject_id)
        .order_by(JournalEntry.id.desc())
        .limit(limit)
    ).all()


def traces_of(desk: Desk, person: "Person") -> Traces:
    """Return what the person can be recognised by, earlier names and numbers too.

    `person.addresses` must be loaded.
    """
    addresses = tuple(each.address for each in person.addresses)
    return Traces(
        names=(person.name, *_earlier(desk, person.id, "name")),
        addresses=addresses,
        numbers=(person.phone, *_earlier(desk, person.id, "phone")),
    )


def _earlier(desk: Desk, person_id: int, field: str) -> list[str]:
    values = select(JournalEntry.old).where(
        JournalEntry.subject_kind == "person",
        JournalEntry.subject_id == person_id,
        JournalEntry.field == field,
    )
    return [value for value in desk.session.scalars(values) if isinstance(value, str)]
