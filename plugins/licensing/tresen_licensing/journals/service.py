# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one verb of journals: to append."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from tresen.sdk import Desk

from tresen_licensing.developments.models import Development
from tresen_licensing.journals import queries, sealing, sides
from tresen_licensing.journals.models import Entry


def append(
    desk: Desk, row: Development, kind: str, facts: Mapping[str, Any], note: str = ""
) -> Entry:
    """Append what happened to a development and seal it.

    `facts` are texts and whole numbers that name nobody; what somebody wrote goes into `note`.
    """
    _take_turn(desk, row)
    last = queries.last_entry(desk, row.id)
    entry = Entry(
        development_id=row.id,
        number=last.number + 1 if last else 1,
        happened_at=desk.now(),
        kind=kind,
        side=sides.side_of(desk.actor),
        facts=sealing.canonical(facts),
        note=note.strip(),
        note_sha256=sealing.hash_of(note.strip()),
        actor_id=desk.actor.person_id,
        previous=last.digest if last else sealing.NOTHING,
        digest="",
    )
    sealed = queries.sealed(row.reference, entry)
    del sealed["digest"]
    entry.digest = sealing.seal(sealed)
    desk.session.add(entry)
    desk.session.flush()
    return entry


def _take_turn(desk: Desk, row: Development) -> None:
    # Two who append at once would seal the same entry twice: the second waits for the first.
    desk.session.execute(select(Development.id).where(Development.id == row.id).with_for_update())
