# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the journal says of a person; the acts stay when the person is erased, the names go."""

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, String, cast, or_, select, update

from tresen.desk import Desk
from tresen.hooks.records import DataSet
from tresen.i18n import lazy
from tresen.journal.models import JournalEntry
from tresen.journal.queries import traces_of
from tresen.privacy import ERASED_NAME, Traces, rows_of

if TYPE_CHECKING:
    from tresen.people.models import Person

VALUES = (JournalEntry.old, JournalEntry.new)


def data_of(desk: Desk, person: "Person") -> list[DataSet]:
    """Return what the person did, and what others did to the person."""
    did = rows_of(desk, JournalEntry, JournalEntry.actor_id == person.id)
    about = rows_of(desk, JournalEntry, *_about(person))
    return [DataSet(lazy("What the person did"), did), DataSet(lazy("What was changed"), about)]


def erase(desk: Desk, person: "Person") -> None:
    """Take the name off what the person did, and names and addresses out of all values."""
    traces = traces_of(desk, person)
    own = update(JournalEntry).where(JournalEntry.actor_id == person.id)
    desk.session.execute(own.values(actor_name=ERASED_NAME))
    desk.session.execute(update(JournalEntry).where(*_about(person)).values(old=None, new=None))
    for entry in desk.session.scalars(select(JournalEntry).where(_names(traces))).all():
        entry.old, entry.new = traces.blot_value(entry.old), traces.blot_value(entry.new)
    desk.session.flush()


def _about(person: "Person") -> tuple[ColumnElement[bool], ...]:
    return JournalEntry.subject_kind == "person", JournalEntry.subject_id == person.id


def _names(traces: Traces) -> ColumnElement[bool]:
    """Return the condition that a value names the person: a walk through the whole journal."""
    texts: list[Any] = [cast(value, String) for value in VALUES]
    needles = [json.dumps(needle)[1:-1] for needle in traces.needles]
    return or_(*(text.icontains(each, autoescape=True) for text in texts for each in needles))
