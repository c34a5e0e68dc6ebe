# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waivers keep about people, and how it goes when they are erased."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.developments.models import Development
from tresen_licensing.waivers.models import Waiver


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which waivers the person asked for or granted."""
    rows = [
        {
            "reason": each.reason,
            "explanation": each.explanation,
            "part": "asked" if each.asked_by_id == person.id else "granted",
            "asked_at": each.asked_at,
        }
        for each in _around(desk, person)
        if person.id in (each.asked_by_id, each.granted_by_id)
    ]
    return [DataSet(lazy("Waivers"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; that two people decided stays on record."""
    for each in _around(desk, person):
        each.explanation = traces.blot(each.explanation)
        if each.asked_by_id == person.id:
            each.asked_by_id = None
        if each.granted_by_id == person.id:
            each.granted_by_id = None


def _around(desk: Desk, person: Person) -> Sequence[Waiver]:
    """Return the waivers that name the person, and those about their organisation."""
    named = [Waiver.asked_by_id == person.id, Waiver.granted_by_id == person.id]
    if person.organisation_id is not None:
        theirs = select(Development.id).where(Development.organisation_id == person.organisation_id)
        named.append(Waiver.development_id.in_(theirs))
    return desk.session.scalars(select(Waiver).where(or_(*named)).order_by(Waiver.id)).all()
