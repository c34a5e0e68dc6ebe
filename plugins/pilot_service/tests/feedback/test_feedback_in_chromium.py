# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of feedback in a real browser: usable by everybody, at any width, in any dress."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], Any]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverwaltung"


@pytest.fixture
def told(
    desk: Desk,
    participation: Participation,
    customer: Person,
    give: Callable[..., Feedback],
    add_build: Callable[..., Build],
) -> str:
    """Let there be feedback in every column; return the path of the page of a ticket."""
    add_build("5.1.0-rc.1+build.20260309", date(2026, 3, 9))
    ticket = factories.make_ticket(desk, customer)
    first = give(kind="defect", severity="blocker", title=LONG, ticket_id=ticket.id)
    resolved, second = give(kind="praise", title="Quick"), give(title="Where is it?")
    service.move(desk, resolved, states.RESOLVED)
    service.mark_duplicate(desk, second, first.id)
    first.answer, first.answered_at = "It stands under Stock.", desk.now()
    desk.commit()
    return f"/tickets/{ticket.number}"


@pytest.mark.timeout(300)
def test_pages_of_agents_can_be_used_by_everybody(
    sign_in_page: SignIn, agent: Person, told: str
) -> None:
    pages = [
        *("/pilot_service/1", "/pilot_service/1/feedback", "/pilot_service/1/feedback?kind=defect"),
        *("/pilot_service/feedback/1", "/pilot_service/feedback/2", "/pilot_service/feedback/3"),
        *("/pilot_service/feedback/1/edit", "/pilot_service/1/feedback/new"),
        *(told, f"/pilot_service{told}/feedback"),
    ]
    assert_pages_usable(sign_in_page(agent), pages)


@pytest.mark.timeout(300)
def test_pages_of_customers_can_be_used_by_everybody(
    sign_in_page: SignIn, customer: Person, told: str
) -> None:
    pages = ["/pilot_service/portal/1", "/pilot_service/portal/1/feedback/new"]
    assert_pages_usable(sign_in_page(customer), pages)


def test_filter_is_used_by_keyboard_without_script(
    sign_in_page: SignIn, agent: Person, told: str
) -> None:
    page = sign_in_page(agent)
    page.goto("/pilot_service/1/feedback")
    page.locator("details > summary").first.press("Enter")
    page.locator("#filter-kind").select_option("praise")
    page.get_by_role("button", name="Filter").press("Enter")
    page.wait_for_url("**kind=praise**")
    assert page.locator("#main strong bdi").all_inner_texts() == ["Quick"]
