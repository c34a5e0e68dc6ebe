# SPDX-License-Identifier: AGPL-3.0-or-later
"""What feedback keeps about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import queries
from tresen_pilot_service.feedback.models import Feedback


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say what the person told of products in pilots."""
    rows = [
        {
            "programme_id": each.programme_id,
            "kind": each.kind,
            "title": each.title,
            "text": each.text,
            "area": each.area,
            "answer": each.answer,
            "created_at": each.created_at,
        }
        for each in _of(desk, person)
    ]
    return [DataSet(lazy("Feedback in pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; what was said stays, without the name."""
    own = _of(desk, person)
    for row in own:
        row.person_id = None
    ids = [each.id for each in queries.programmes_around(desk, person)]
    # A colleague may have told something without that their customer takes part.
    home = Person.organisation_id == person.organisation_id
    colleagues = Feedback.person_id.in_(select(Person.id).where(home))
    around = select(Feedback).where(or_(Feedback.programme_id.in_(ids), colleagues))
    for named in (*own, *desk.session.scalars(around)):
        named.title = traces.blot(named.title)
        named.text = traces.blot(named.text)
        named.area = traces.blot(named.area)
        named.answer = traces.blot(named.answer)


def _of(desk: Desk, person: Person) -> Sequence[Feedback]:
    return desk.session.scalars(
        select(Feedback).where(Feedback.person_id == person.id).order_by(Feedback.id)
    ).all()
