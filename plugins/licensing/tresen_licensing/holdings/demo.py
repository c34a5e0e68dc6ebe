# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licences for the demo: one in force, one up for renewal, one over-used."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Installation, Person

from tresen_licensing.holdings import service, states
from tresen_licensing.holdings.models import Licence

# Days left of updates and support, for the customers in turn.
DAYS_LEFT = (240, 35, 20, -12)
CUSTOMERS = 12


def fill(desk: Desk, world: dict[str, Any]) -> None:
    """Let customers hold a licence for each product at theirs; those who can sign in first."""
    people: Sequence[Person] = world.get("customers", ())
    signing_in = [each.organisation_id for each in people]
    rest = [each.id for each in world.get("organisations", ())]
    order = list(dict.fromkeys([*filter(None, signing_in), *rest]))[:CUSTOMERS]
    for number, organisation_id in enumerate(order):
        own = [each.id for each in people if each.organisation_id == organisation_id]
        for place in _places(desk, organisation_id):
            _hold(desk, place, number, own)


def _places(desk: Desk, organisation_id: int) -> Sequence[Installation]:
    """Return one installation of each product at the organisation."""
    statement = (
        select(Installation)
        .where(Installation.organisation_id == organisation_id)
        .options(joinedload(Installation.product))
    )
    rows = desk.session.scalars(statement.order_by(Installation.id))
    return list({row.product_id: row for row in rows if row.product.kind != "service"}.values())


def _hold(desk: Desk, place: Installation, number: int, people: Sequence[int]) -> None:
    today = desk.today()
    metrics = (states.NAMED, states.INSTALLATIONS, states.CONCURRENT, states.UNLIMITED)
    metric = metrics[(number + place.product_id) % len(metrics)]
    values = {
        "product_id": place.product_id,
        "edition": "Standard",
        "metric": metric,
        "count": 1 if metric == states.INSTALLATIONS else 25,
        "key": f"DEMO-{place.id:04}-{place.product_id:04}",
        "starts_on": today - timedelta(days=400),
        "ends_on": None,
        "maintenance_until": today + timedelta(days=DAYS_LEFT[number % len(DAYS_LEFT)]),
        "reminder_days": 60,
        "entitled": people,
        "is_active": True,
        "note": "",
    }
    service.keep_licence(desk, Licence(organisation_id=place.organisation_id), values)
