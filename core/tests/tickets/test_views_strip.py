# SPDX-License-Identifier: AGPL-3.0-or-later
"""The strip in a ticket's head says how far its way is gone."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.tickets import service


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("new", (0, "Received")),
        ("open", (1, "In progress")),
        ("waiting_third_party", (1, "In progress")),
        ("solved", (2, "Solved")),
        ("closed", (3, "Closed")),
    ],
)
def test_strip_shows_where_a_ticket_stands(
    desk: Desk,
    customer: Person,
    agent: Person,
    sign_in: Callable[[Person], FlaskClient],
    state: str,
    shown: tuple[int, str],
) -> None:
    ticket = factories.make_ticket(desk, customer)
    if state != "new":
        service.change(desk, ticket, {"state": state})
    desk.commit()
    page = sign_in(agent).get(f"/tickets/{ticket.number}").get_data(as_text=True)
    current = re.findall(r'<li aria-current="step">([^<]+)</li>', page)
    assert (page.count('<li class="is-done"'), *current) == shown
