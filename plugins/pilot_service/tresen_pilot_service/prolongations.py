# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programmes that go on for longer than was planned: what they grant goes on with them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import DataSet, Desk, Person, Refused, Traces, _, change, lazy, record

from tresen_pilot_service import queries
from tresen_pilot_service.models import Programme, Prolongation

PROGRAMME = "pilot_service.programme"
PROLONGATION = "pilot_service.prolongation"


def of_programme(desk: Desk, programme_id: int) -> Sequence[Prolongation]:
    """Return every prolongation of a programme with who decided it, the newest first."""
    return desk.session.scalars(
        select(Prolongation)
        .where(Prolongation.programme_id == programme_id)
        .options(joinedload(Prolongation.decided_by))
        .order_by(Prolongation.id.desc())
    ).all()


def prolong(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Prolongation:
    """Let a programme end on a later day; raises Refused for one that is not later."""
    old_end, new_end = programme.ends_on, values["new_end"]
    if new_end <= old_end:
        raise Refused(_("The new last day must come after the present one."))
    made = Prolongation(
        programme_id=programme.id,
        old_end=old_end,
        new_end=new_end,
        reason=values["reason"].strip(),
        decided_by_id=desk.actor.person_id,
        created_at=desk.now(),
    )
    desk.session.add(made)
    desk.session.flush()
    record(desk, PROLONGATION, made.id, "prolonged", {"new_end": (None, new_end)})
    change(desk, PROGRAMME, programme, {"ends_on": new_end})
    programme.changed_at = desk.now()
    return made


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which prolongations the person decided."""
    rows = [
        {"programme_id": each.programme_id, "new_end": each.new_end, "reason": each.reason}
        for each in _decided_by(desk, person)
    ]
    return [DataSet(lazy("Prolongations of pilots"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of prolongations; that and why they were decided stays."""
    own = _decided_by(desk, person)
    for row in own:
        row.decided_by_id = None
    ids = [each.id for each in queries.programmes_around(desk, person)]
    around = select(Prolongation).where(Prolongation.programme_id.in_(ids))
    for named in (*own, *desk.session.scalars(around)):
        named.reason = traces.blot(named.reason)


def _decided_by(desk: Desk, person: Person) -> Sequence[Prolongation]:
    return desk.session.scalars(
        select(Prolongation)
        .where(Prolongation.decided_by_id == person.id)
        .order_by(Prolongation.id)
    ).all()
