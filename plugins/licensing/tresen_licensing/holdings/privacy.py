# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is entitled by licences, and what notes on them say of somebody."""

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload
from tresen.sdk import DataSet, Desk, Person, Traces, lazy

from tresen_licensing.holdings.models import Entitled, Licence


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say by which licences the person is entitled."""
    statement = (
        select(Licence)
        .join(Entitled, Entitled.licence_id == Licence.id)
        .where(Entitled.person_id == person.id)
        .options(joinedload(Licence.product))
    )
    rows = [
        {"product": row.product.name, "edition": row.edition, "ends_on": row.ends_on}
        for row in desk.session.scalars(statement.order_by(Licence.id))
    ]
    return [DataSet(lazy("Licences that entitle the person"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of those who are entitled, and out of notes."""
    own = Licence.organisation_id == person.organisation_id
    for row in desk.session.scalars(select(Licence).where(own)):
        row.note = traces.blot(row.note)
    desk.session.execute(delete(Entitled).where(Entitled.person_id == person.id))
