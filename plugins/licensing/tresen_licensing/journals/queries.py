# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds the entries of a journal, and whether its chain holds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk

from tresen_licensing.journals import sealing
from tresen_licensing.journals.models import Entry


def entries_of(desk: Desk, development_id: int) -> Sequence[Entry]:
    """Return what happened, the first first, each with who did it."""
    return desk.session.scalars(
        select(Entry)
        .where(Entry.development_id == development_id)
        .options(joinedload(Entry.actor))
        .order_by(Entry.number)
    ).all()


def last_entry(desk: Desk, development_id: int) -> Entry | None:
    """Return what happened last, or None."""
    return desk.session.scalar(
        select(Entry)
        .where(Entry.development_id == development_id)
        .order_by(Entry.number.desc())
        .limit(1)
    )


def sealed(reference: str, entry: Entry) -> dict[str, Any]:
    """Return what an entry seals, with its digest: what is written into evidence, too."""
    return {
        "reference": reference,
        "number": entry.number,
        "happened_at": sealing.moment_text(entry.happened_at),
        "kind": entry.kind,
        "side": entry.side,
        "facts": entry.facts,
        "note_sha256": entry.note_sha256,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def broken_at(reference: str, entries: Sequence[Entry]) -> list[int]:
    """Return the numbers of the entries that somebody changed behind Tresen's back."""
    return sealing.broken_at([sealed(reference, entry) for entry in entries])
