# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who took advisories in and judged findings, and how it goes when a person is erased."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.advisories.models import Advisory, AdvisoryFinding


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say how many advisories the person imported when, and what they said of findings."""
    statement = (
        select(Advisory.taken_in_at, func.count())
        .where(Advisory.taken_in_by_id == person.id)
        .group_by(Advisory.taken_in_at)
        .order_by(Advisory.taken_in_at)
    )
    imported = [
        {"advisories": row[1], "imported_at": row[0]} for row in desk.session.execute(statement)
    ]
    judged = [
        {
            "advisory": each.advisory.osv_id,
            "component": each.component,
            "status": each.status,
            "justification": each.justification,
            "note": each.note,
            "assessed_at": each.assessed_at,
        }
        for each in _judged(desk, person)
    ]
    return [
        DataSet(lazy("Advisories imported"), imported),
        DataSet(lazy("Findings of advisories judged"), judged),
    ]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; what they said of findings stays."""
    theirs = Advisory.taken_in_by_id == person.id
    for each in desk.session.scalars(select(Advisory).where(theirs)):
        # Most name nobody, and are not written then.
        each.summary = traces.blot(each.summary)
    desk.session.execute(update(Advisory).where(theirs).values(taken_in_by_id=None))
    for found in _judged(desk, person):
        found.title, found.purl = traces.blot(found.title), traces.blot(found.purl)
        found.note, found.assessed_by_id = traces.blot(found.note), None


def _judged(desk: Desk, person: Person) -> Sequence[AdvisoryFinding]:
    return desk.session.scalars(
        select(AdvisoryFinding)
        .where(AdvisoryFinding.assessed_by_id == person.id)
        .options(joinedload(AdvisoryFinding.advisory))
        .order_by(AdvisoryFinding.id)
    ).all()
