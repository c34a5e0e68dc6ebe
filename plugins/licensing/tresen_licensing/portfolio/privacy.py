# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who answers for products, and what notes on an organisation's installations say of somebody."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import DataSet, Desk, Installation, Person, Traces, lazy

from tresen_licensing.portfolio.models import Offering, Setup


def data_sets(desk: Desk, person: Person) -> list[DataSet]:
    """Say for which products the person answers."""
    rows = [
        {"product": row.product.name, "lifecycle": row.lifecycle} for row in _owned(desk, person)
    ]
    return [DataSet(lazy("Products that the person answers for"), rows)]


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person off the products, and out of what was written on installations."""
    for offering in _owned(desk, person):
        offering.owner_id = None
    statement = (
        select(Setup)
        .join(Installation, Installation.id == Setup.installation_id)
        .where(Installation.organisation_id == person.organisation_id)
    )
    for setup in desk.session.scalars(statement):
        setup.modules = traces.blot(setup.modules)
        setup.customer_changes = traces.blot(setup.customer_changes)


def _owned(desk: Desk, person: Person) -> Sequence[Offering]:
    statement = select(Offering).where(Offering.owner_id == person.id)
    return desk.session.scalars(
        statement.options(joinedload(Offering.product)).order_by(Offering.id)
    ).all()
