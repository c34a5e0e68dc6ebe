# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remote support and the pilot service co-operate by hooks alone, where both are installed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.people.models import Person
from tresen.settings.models import Setting
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets.models import Ticket

answers = pytest.importorskip("tresen_remote_support.answers")
pilots = pytest.importorskip("tresen_pilot_service.service")

from tresen_pilot_service import steps  # noqa: E402 - both must be there
from tresen_pilot_service.minutes import queries as minutes  # noqa: E402
from tresen_pilot_service.models import Participation  # noqa: E402
from tresen_pilot_service.perks import service as perks  # noqa: E402
from tresen_remote_support import offers, service  # noqa: E402
from tresen_remote_support.models import RemoteSession  # noqa: E402
from tresen_remote_support.policy import rules  # noqa: E402

Acting = Callable[[Person], Desk]
SignIn = Callable[[Person], FlaskClient]
# The office is open from 8 to 17, the pilot's support from 8 to 20.
OFFICE = {"hours_days": "12345", "hours_from": "08:00", "hours_to": "17:00"}
EVENING = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 10, 20, 0, tzinfo=UTC)


@pytest.fixture
def participation(desk: Desk, customer: Person) -> Participation:
    """Return a participation that runs in March, with hours and an hour of remote support."""
    product = factories.make_product(desk)
    days = {"starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 31)}
    words = {"title": "Lagerwerk 5", "goal": "", "version_id": None, "team_id": None}
    programme = pilots.begin_programme(desk, days | words | {"product_id": product.id})
    nobody = dict.fromkeys(("installation_id", "contact_id", "deputy_id"))
    row: Participation = pilots.invite(
        desk, programme, nobody | {"organisation_id": customer.organisation_id}
    )
    row.state, row.active_on = steps.ACTIVE, programme.starts_on
    hours = {"support_days": list("1234567"), "support_from": time(8), "support_to": time(20)}
    targets = {"answer_minutes": None, "solve_minutes": None, "remote_minutes": 60}
    perks.keep_perks(desk, programme, hours | targets | {"direct_line": ""})
    desk.commit()
    return row


@pytest.fixture
def office(desk: Desk) -> None:
    """Give remote support in the hours of an office, and each customer ten minutes a month."""
    values = {"values": OFFICE | {"quota_minutes": 10}, "changed_at": desk.now()}
    desk.session.execute(insert(Setting).values(name="remote_support", **values))
    desk.commit()


@pytest.fixture
def ticket(desk: Desk, participation: Participation, customer: Person) -> Ticket:
    """Return a ticket of the pilot."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def wish(customer: Person, **given: Any) -> Any:
    """Return what an agent wants of the customer."""
    return service.Wish("The import", "view", "browser", customer.id, **given)


def hold(desk: Desk, ticket: Ticket, customer: Person, clock: SteppedClock) -> RemoteSession:
    """Hold a session of twenty minutes, from the request to the note."""
    row = service.request(desk, ticket, wish(customer))
    service.offer(desk, row)
    answers.agree(answers.acting(desk, row), row, offers.LINK, customer.name)
    service.begin(desk, row)
    clock.go(minutes=20)
    service.end(desk, row)
    document(desk, row, 20)
    return row


def document(desk: Desk, row: RemoteSession, took: int) -> None:
    """Write down what was done, or correct it."""
    service.document(desk, row, {"actions": "Set it.", "result": "solved", "minutes": took})


@pytest.mark.usefixtures("office")
def test_pilots_hours_widen_those_of_the_settings(
    ticket: Ticket, agent: Person, customer: Person, acting: Acting, clock: SteppedClock
) -> None:
    clock.moment = EVENING
    row = service.request(acting(agent), ticket, wish(customer))
    assert row.state == "requested"
    clock.moment = NIGHT
    with pytest.raises(Refused, match="outside the hours"):
        service.offer(acting(agent), row)


@pytest.mark.usefixtures("office")
def test_perks_never_outlive_the_phase(
    ticket: Ticket, agent: Person, customer: Person, acting: Acting, clock: SteppedClock
) -> None:
    clock.moment = EVENING
    found = []
    for day in (31, 32):
        begins = datetime(2026, 2, 28, 17, 0, tzinfo=UTC) + timedelta(days=day)
        case = rules.Case(ticket, agent.id, begins, begins + timedelta(minutes=15))
        found.append(len(rules.judge(acting(agent), case)))
    # On the last evening the pilot's hours and minutes count; the day after it, neither does.
    assert found == [0, 2]


@pytest.mark.usefixtures("office")
def test_session_is_booked_on_the_pilots_quota_once(
    ticket: Ticket,
    participation: Participation,
    agent: Person,
    customer: Person,
    acting: Acting,
    clock: SteppedClock,
) -> None:
    working = acting(agent)
    row = hold(working, ticket, customer, clock)
    document(working, row, 25)
    (booking,) = minutes.bookings(working, participation.id)
    assert (booking.within, booking.remote_reference) == (25, row.reference)
    assert (booking.person_id, booking.note) == (agent.id, "Set it.")
    assert minutes.left(working, participation) == 35


@pytest.mark.usefixtures("office")
def test_pilots_minutes_go_on_where_the_customers_are_used(
    ticket: Ticket,
    participation: Participation,
    agent: Person,
    customer: Person,
    acting: Acting,
    clock: SteppedClock,
) -> None:
    working = acting(agent)
    for _each in range(3):
        hold(working, ticket, customer, clock)
    assert minutes.left(working, participation) == 0
    with pytest.raises(Refused, match="10 minutes of remote support in the month, 0 are left"):
        service.request(working, ticket, wish(customer))


def test_ticket_of_a_pilot_offers_a_remote_session(
    ticket: Ticket, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get(f"/tickets/{ticket.number}").text
    path = f"/remote_support/tickets/{ticket.number}/new"
    assert (page.count(f'href="{path}"'), "Offer an appointment by phone" in page) == (2, False)
