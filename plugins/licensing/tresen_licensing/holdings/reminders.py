# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reminds who answers for a product that a customer's licence is up for renewal.

It is a ticket of theirs, as with the end of support, and no customer sees it.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Person, _, day, speaking_to

from tresen_licensing.holdings import queries, states
from tresen_licensing.holdings.models import Licence
from tresen_licensing.portfolio import notices
from tresen_licensing.portfolio.models import Offering

# No reminder comes earlier than this before the end.
EARLIEST = timedelta(days=365)


def remind(desk: Desk) -> None:
    """Open a ticket for each licence that has become due, once for each of its ends."""
    today = desk.today()
    rows = [
        row
        for row in queries.renewals(desk, today + EARLIEST)
        if _is_due(row, desk) and row.reminded_of != states.first_end(row)
    ]
    owners = _owners(desk, {row.product_id for row in rows})
    for row in rows:
        _remind(desk, row, owners.get(row.product_id))
        row.reminded_of = states.first_end(row)
    desk.session.flush()


def _is_due(row: Licence, desk: Desk) -> bool:
    due = (states.DUE, states.EXPIRED)
    today = desk.today()
    return states.licence_state(row, today) in due or states.maintenance_state(row, today) in due


def _owners(desk: Desk, product_ids: set[int]) -> dict[int, Person]:
    statement = select(Offering).where(Offering.product_id.in_(product_ids))
    rows = desk.session.scalars(statement.options(joinedload(Offering.owner)))
    return {row.product_id: row.owner for row in rows if row.owner is not None}


def _remind(desk: Desk, row: Licence, owner: Person | None) -> None:
    end = states.first_end(row)
    with speaking_to(desk, owner.language if owner else None):
        told = {
            "customer": row.organisation.name,
            "product": row.product.name,
            "day": day(end) if end else "",
        }
        subject = _("Licence up for renewal: %(product)s, %(customer)s") % told
        body = _(
            "The licence of %(customer)s for %(product)s, or its maintenance, ends on %(day)s."
            " The customer was not told."
        )
        notices.inform(desk, subject, body % told, row.product, owner)
