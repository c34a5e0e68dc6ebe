# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a rating keeps about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_pilot_service import queries
from tresen_pilot_service.ratings.models import Rating


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say how content the person was with pilots."""
    rows = [
        {
            "participation_id": each.participation_id,
            "score": each.score,
            "comment": each.comment,
            "given_at": each.given_at,
        }
        for each in _of(desk, person)
    ]
    return [DataSet(lazy("Ratings of pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; what was said stays, without the name."""
    own = _of(desk, person)
    for row in own:
        row.person_id = None
    ids = queries.of_customer(person)
    around = select(Rating).where(Rating.participation_id.in_(ids))
    for named in (*own, *desk.session.scalars(around)):
        named.comment = traces.blot(named.comment)


def _of(desk: Desk, person: Person) -> Sequence[Rating]:
    return desk.session.scalars(
        select(Rating).where(Rating.person_id == person.id).order_by(Rating.id)
    ).all()
