# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the plugin in a real browser: usable by everybody, at any width, in any dress."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tresen.sdk import Desk, Person, Ticket
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments.models import Development
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waivers

Deploy = Callable[..., Deployment]
Page = Any


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return the ticket that it begins with."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def mailbox(series: bytes, tmp_path: Path) -> Path:
    """Return the file that a developer sends in."""
    path = tmp_path / "series.mbox"
    path.write_bytes(series)
    return path


@pytest.mark.timeout(300)
def test_pages_without_anything_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Page], administrator: Person, ticket: Ticket
) -> None:
    pages = [
        "/licensing/developments/",
        "/licensing/developments/?all=1",
        f"/licensing/developments/new?ticket={ticket.number}",
        "/licensing/agreements/",
        "/licensing/agreements/new",
        f"/tickets/{ticket.number}",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Page],
    administrator: Person,
    agent_desk: Desk,
    development: Development,
    deploy: Deploy,
    agreement: Agreement,
) -> None:
    deployed = deploy(agent_desk.today() - timedelta(days=40))
    until = agent_desk.today() + timedelta(days=5)
    waivers.ask(agent_desk, development, reasons.SECURITY, "A hole.", until)
    agent_desk.commit()
    one = f"/licensing/developments/{development.reference}"
    pages = [
        "/licensing/developments/",
        one,
        f"{one}/edit",
        f"{one}/steps/withdrawn",
        f"{one}/embargo",
        f"{one}/tickets",
        f"{one}/changes/new",
        f"{one}/changes/1",
        f"{one}/deployments/new",
        f"{one}/deployments/{deployed.id}/end",
        f"{one}/waivers/new",
        "/licensing/agreements/",
        f"/licensing/agreements/{agreement.id}",
        f"/licensing/agreements/{agreement.id}/edit",
        f"/licensing/agreements/{agreement.id}/end",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
def test_ticket_becomes_a_development_that_is_owed(
    sign_in_page: Callable[[Person], Page],
    agent: Person,
    agreement: Agreement,
    ticket: Ticket,
    mailbox: Path,
) -> None:
    page = sign_in_page(agent)
    page.goto(f"/tickets/{ticket.number}")
    page.get_by_role("link", name="New development").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Begin development").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Send in patches").click()
    page.get_by_label("Patches").set_input_files(mailbox)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Write down a place").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("30 days are left to publish it.").wait_for()
    said = page.locator("main").inner_text()
    assert [said.count(each) for each in ("Add a berth", "CD-2026-0001", "Kunde GmbH")] == [1, 1, 2]
