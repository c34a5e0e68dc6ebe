# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the plugin in a real browser: usable by everybody, at any width, in any dress."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk, Person, Ticket
from tresen.testing.browser import assert_pages_usable
from tresen_remote_support import offers, service
from tresen_remote_support.models import RemoteSession


@pytest.mark.timeout(300)
def test_pages_of_agents_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any], agent: Person, running: RemoteSession, ticket: Ticket
) -> None:
    one = f"/remote_support/sessions/{running.reference}"
    pages = [
        "/remote_support/",
        "/remote_support/?list=undocumented",
        f"/remote_support/tickets/{ticket.number}/new",
        one,
        *(f"{one}/{step}" for step in ("widen", "fail", "cancel", "document", "review")),
        f"/tickets/{ticket.number}",
    ]
    assert_pages_usable(sign_in_page(agent), pages)


@pytest.mark.timeout(300)
def test_page_of_a_finished_session_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    administrator: Person,
    documented: RemoteSession,
    ticket: Ticket,
) -> None:
    pages = [
        f"/remote_support/sessions/{documented.reference}",
        f"/tickets/{ticket.number}",
        "/admin/settings/remote_support",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
def test_pages_of_customers_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    customer: Person,
    offered: RemoteSession,
    ways: offers.Ways,
) -> None:
    pages = [
        "/",
        "/remote_support/join",
        f"/remote_support/join/{ways.token}",
        f"/remote_support/portal/{offered.reference}",
    ]
    assert_pages_usable(sign_in_page(customer), pages)


@pytest.mark.timeout(300)
def test_customers_seat_follows_the_agent_by_itself(
    sign_in_page: Callable[[Person], Any],
    customer: Person,
    agent_desk: Desk,
    offered: RemoteSession,
    ways: offers.Ways,
) -> None:
    page = sign_in_page(customer)
    page.goto(f"/remote_support/join/{ways.token}")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Agree and continue").click()
    page.get_by_text("begins in a moment").wait_for()
    agent_desk.session.refresh(offered)
    service.begin(agent_desk, offered)
    agent_desk.commit()
    page.get_by_text("sees what you show here, and nothing else").wait_for()
    page.get_by_role("button", name="Stop at once").click()
    page.get_by_text("This session is over.").wait_for()
    agent_desk.session.refresh(offered)
    assert offered.state == "revoked"
