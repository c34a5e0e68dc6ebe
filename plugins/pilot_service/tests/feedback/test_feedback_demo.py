# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo shows feedback of every column, from the customers' own people and tickets."""

from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_pilot_service.feedback import demo, queries
from tresen_pilot_service.models import Participation


def told(desk: Desk) -> list[tuple[str, str, str, str]]:
    """Return kind, severity, state and title of all feedback."""
    found = queries.of_programme(desk, 1)
    return [(row.kind, row.severity, row.state, row.title) for row in found]


def test_newest_ticket_of_a_customer_is_a_defect_that_is_worked_on(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    factories.make_ticket(desk, customer, "older")
    ticket = factories.make_ticket(desk, customer, "newer")
    demo.fill(desk, participation.programme)
    assert told(desk)[0] == ("defect", "major", "accepted", "newer")
    assert [row.ticket for row in queries.of_programme(desk, 1)] == [ticket, None]


def test_people_of_the_customer_tell_the_rest(
    desk: Desk, participation: Participation, customer: Person
) -> None:
    participation.ring = 0
    demo.fill(desk, participation.programme)
    title = "The form forgets what was typed after going back"
    assert told(desk) == [("usability", "minor", "new", title)]
    assert [row.person for row in queries.of_programme(desk, 1)] == [customer]


def test_programme_of_nobody_has_no_feedback(desk: Desk, participation: Participation) -> None:
    programme = participation.programme
    desk.session.delete(participation)
    desk.session.flush()
    demo.fill(desk, programme)
    assert told(desk) == []
