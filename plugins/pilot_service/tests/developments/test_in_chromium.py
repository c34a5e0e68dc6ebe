# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of developments in a real browser: usable by everybody, at any width, in any dress."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen_pilot_service.developments import service, states
from tresen_pilot_service.developments.models import Development, DevelopmentBooking
from tresen_pilot_service.models import Participation

Walk = Callable[..., Development]
LIST = "/pilot_service/developments/"
ONE = f"{LIST}1"


@pytest.mark.timeout(300)
def test_pages_of_the_workplace_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    desk: Desk,
    administrator: Person,
    customer: Person,
    walk: Walk,
) -> None:
    row = walk(states.GIVEN_BACK)
    ticket = factories.make_ticket(desk, customer)
    service.link(desk, row, ticket)
    day = date(2026, 3, 9)
    hours = {"person_id": administrator.id, "booked_on": day, "minutes": 500, "what": "Gate 3"}
    desk.session.add(DevelopmentBooking(development_id=row.id, **hours))
    desk.commit()
    forms = ("edit", "people/new", "hours/new", "hours/1", "tickets/new", "places/new", "places/1")
    steps = ("release", "steps/accepted", "steps/given_back", "steps/deployed")
    pages = [LIST, f"{LIST}?customer=999", f"{LIST}new", ONE, *(f"{ONE}/{each}" for each in forms)]
    more = [*(f"{ONE}/{each}" for each in steps), f"/tickets/{ticket.number}"]
    organisation = f"/people/organisations/{row.organisation_id}"
    assert_pages_usable(sign_in_page(administrator), [*pages, *more, organisation])


@pytest.mark.timeout(300)
def test_pages_of_the_customer_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    customer: Person,
    participation: Participation,
    walk: Walk,
) -> None:
    walk(states.IN_TEST)
    one = f"/pilot_service/portal/{participation.id}"
    assert_pages_usable(sign_in_page(customer), [one, f"{one}/developments/1"])
