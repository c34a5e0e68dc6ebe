# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who imported bills of materials and cleared licences, and how it goes when they are erased.

The authors whom a bill names as holders of copyright stay: the licences want them named.
"""

from collections.abc import Sequence

from sqlalchemy import select, update
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.components.models import Bom, Clearing, Component


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say which bills the person imported, and which licences they cleared."""
    imported = [
        {"format": each.format, "sha256": each.sha256, "imported_at": each.imported_at}
        for each in desk.session.scalars(
            select(Bom).where(Bom.imported_by_id == person.id).order_by(Bom.id)
        )
    ]
    cleared = [
        {
            "component": one.title,
            "licence": one.expression,
            "note": each.note,
            "cleared_at": each.cleared_at,
        }
        for each, one in _cleared(desk, person)
    ]
    return [DataSet(lazy("SBOMs imported"), imported), DataSet(lazy("Licences cleared"), cleared)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out; what they concluded stays."""
    theirs = Bom.imported_by_id == person.id
    desk.session.execute(update(Bom).where(theirs).values(imported_by_id=None))
    for each, _one in _cleared(desk, person):
        each.note, each.cleared_by_id = traces.blot(each.note), None


def _cleared(desk: Desk, person: Person) -> Sequence[tuple[Clearing, Component]]:
    found = desk.session.execute(
        select(Clearing, Component)
        .join(Component, Component.id == Clearing.component_id)
        .where(Clearing.cleared_by_id == person.id)
        .order_by(Clearing.component_id)
    )
    return [(row[0], row[1]) for row in found]
