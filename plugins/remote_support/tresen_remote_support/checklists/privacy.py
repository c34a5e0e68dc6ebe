# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the answers to the checklist keep about people."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy, rows_of

from tresen_remote_support.checklists.models import ChecklistAnswer


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what the person answered for the operator."""
    rows = rows_of(desk, ChecklistAnswer, ChecklistAnswer.person_id == person.id)
    return [DataSet(lazy("Answers to the checklist of remote support"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; the operator's answer stays, whoever it names."""
    found: Sequence[ChecklistAnswer] = desk.session.scalars(select(ChecklistAnswer)).all()
    for row in found:
        row.words = traces.blot(row.words)
        if row.person_id == person.id:
            row.person_id = None
