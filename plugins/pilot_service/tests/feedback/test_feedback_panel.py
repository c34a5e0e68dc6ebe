# SPDX-License-Identifier: AGPL-3.0-or-later
"""Beside a ticket stands what it told of a pilot, and the way to record it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Ticket
from tresen.testing import factories
from tresen_pilot_service.feedback import panels, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme

Give = Callable[..., Feedback]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def ticket(desk: Desk, participation: Participation, customer: Person) -> Ticket:
    """Return the customer's ticket, which came out of the pilot."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def test_ticket_of_a_pilot_shows_what_it_told(
    desk: Desk, ticket: Ticket, give: Give, agent: Person, sign_in: SignIn
) -> None:
    row = give(title="Lost", kind="defect", severity="blocker", ticket_id=ticket.id)
    service.move(desk, row, states.ACCEPTED)
    desk.commit()
    page = sign_in(agent).get(f"/tickets/{ticket.number}").text
    panel = page[page.index("<h2>Feedback</h2>") :]
    words = ("Lost", "Defect", "Blocker", "Accepted", "Record as feedback")
    assert [word in panel for word in words] == [True] * len(words)
    assert f'href="/pilot_service/feedback/{row.id}"' in panel
    assert f'href="/pilot_service/tickets/{ticket.number}/feedback"' in panel


def test_customer_does_not_see_the_panel(
    ticket: Ticket, give: Give, customer: Person, sign_in: SignIn
) -> None:
    give(title="Lost", ticket_id=ticket.id)
    page = sign_in(customer).get(f"/requests/{ticket.number}").text
    assert [word in page for word in ("Lost", "Feedback")] == [False, False]


def test_ticket_of_no_pilot_has_no_panel(
    desk: Desk, programme: Programme, stranger: Person
) -> None:
    other = factories.make_ticket(desk, stranger)
    assert panels.ticket_panels(desk, other, None) == []


def test_ticket_of_the_product_offers_to_record_it(
    desk: Desk, programme: Programme, stranger: Person
) -> None:
    other = factories.make_ticket(desk, stranger, product_id=programme.product_id)
    (panel,) = panels.ticket_panels(desk, other, None)
    assert (panel.values["rows"], panel.values["may_record"]) == ([], True)


def test_ticket_of_another_product_shows_what_was_linked_to_it(
    desk: Desk, give: Give, stranger: Person
) -> None:
    other = factories.make_ticket(desk, stranger)
    row = give(ticket_id=other.id)
    (panel,) = panels.ticket_panels(desk, other, None)
    assert (panel.values["rows"], panel.values["may_record"]) == ([row], False)


def test_who_may_only_read_records_nothing(
    desk: Desk, ticket: Ticket, participation: Participation, working: Desk
) -> None:
    reading = replace(working.actor, permissions=frozenset({"pilot_service.read"}))
    blind = replace(working, actor=reading)
    assert panels.ticket_panels(blind, ticket, participation) == []
