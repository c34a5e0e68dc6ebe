# SPDX-License-Identifier: AGPL-3.0-or-later
"""The maintenance that licensing keeps covers remote support, by a hook alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.people.models import Person
from tresen.settings.models import Setting
from tresen.testing import factories
from tresen.tickets.models import Ticket

answers = pytest.importorskip("tresen_remote_support.answers")
holdings = pytest.importorskip("tresen_licensing.holdings.models")

from tresen_remote_support import offers, service  # noqa: E402 - both must be there

Acting = Callable[[Person], Desk]


@pytest.fixture
def licence(desk: Desk, customer: Person) -> holdings.Licence:
    """Return a licence of the customer with maintenance for ten days."""
    product = factories.make_product(desk)
    made = holdings.Licence(
        organisation_id=customer.organisation_id,
        product_id=product.id,
        metric="unlimited",
        maintenance_until=desk.today() + timedelta(days=10),
    )
    desk.session.add(made)
    values = {"values": {"contract_needed": True}, "changed_at": desk.now()}
    desk.session.execute(insert(Setting).values(name="remote_support", **values))
    desk.commit()
    return made


@pytest.fixture
def ticket(desk: Desk, customer: Person, licence: holdings.Licence) -> Ticket:
    """Return a ticket about the product."""
    return factories.make_ticket(desk, customer, product_id=licence.product_id)


def test_session_is_held_under_the_maintenance_of_its_product(
    ticket: Ticket, agent: Person, customer: Person, acting: Acting
) -> None:
    working = acting(agent)
    wish = service.Wish("The import", "view", "browser", customer.id)
    row = service.request(working, ticket, wish)
    service.offer(working, row)
    answers.agree(answers.acting(working, row), row, offers.LINK, customer.name)
    service.begin(working, row)
    assert (row.state, row.contract) == ("active", "Lagerwerk")


def test_session_is_refused_once_the_maintenance_has_ended(
    desk: Desk,
    ticket: Ticket,
    licence: holdings.Licence,
    agent: Person,
    customer: Person,
    acting: Acting,
) -> None:
    licence.maintenance_until = desk.today() - timedelta(days=1)
    wish = service.Wish("The import", "view", "browser", customer.id)
    with pytest.raises(Refused, match="The maintenance of Lagerwerk ended on"):
        service.request(acting(agent), ticket, wish)
