# SPDX-License-Identifier: AGPL-3.0-or-later
"""What requests for source keep about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.requests.models import SourceRequest


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what the person asked for, and what they answered."""
    rows = [
        {
            "kind": each.kind,
            "product": each.product,
            "received_on": each.received_on,
            "due_on": each.due_on,
            "answered_on": each.answered_on,
            "medium": each.medium,
            "note": each.note,
            "asked": each.person_id == person.id,
            "answered": each.answered_by_id == person.id,
        }
        for each in _of(desk, person)
    ]
    return [DataSet(lazy("Requests for source"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that somebody asked and was answered stays."""
    for row in _of(desk, person):
        row.person_id = None if row.person_id == person.id else row.person_id
        row.answered_by_id = None if row.answered_by_id == person.id else row.answered_by_id
    # Anybody may be named in anybody's request, and of these there are few.
    for row in desk.session.scalars(select(SourceRequest)):
        row.product, row.note = traces.blot(row.product), traces.blot(row.note)


def _of(desk: Desk, person: Person) -> Sequence[SourceRequest]:
    theirs = or_(SourceRequest.person_id == person.id, SourceRequest.answered_by_id == person.id)
    return desk.session.scalars(
        select(SourceRequest).where(theirs).order_by(SourceRequest.id)
    ).all()
