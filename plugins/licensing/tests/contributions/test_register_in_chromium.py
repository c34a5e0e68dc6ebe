# SPDX-License-Identifier: AGPL-3.0-or-later
"""From the customer's start page into the register, in a real browser that everybody can use."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen_licensing.developments import queries
from tresen_licensing.developments.models import Development
from tresen_licensing.publications import publishing, service

Page = Any


@pytest.mark.timeout(300)
def test_customer_confirms_and_the_public_reads_it(
    sign_in_page: Callable[[Person], Page],
    agent_desk: Desk,
    customer: Person,
    ready: Development,
) -> None:
    service.offer(agent_desk, ready)
    agent_desk.commit()
    page = sign_in_page(customer)
    confirm = f"/licensing/portal/developments/{ready.reference}/confirm"
    assert_pages_usable(page, ["/licensing/portal/developments", confirm])
    page.goto("/")
    page.get_by_role("link", name="Confirm the source").click()
    page.get_by_label("I confirm this").check()
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Thank you: your confirmation is kept.").wait_for()
    publishing.publish(agent_desk, queries.development(agent_desk, ready.reference))
    agent_desk.commit()
    one = f"/licensing/contributions/{ready.reference}"
    assert_pages_usable(page, ["/licensing/contributions", one, "/source"])
    page.goto("/source")
    page.get_by_role("link", name="All that was given back").click()
    page.get_by_role("link", name="A fourth berth").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the patches").click()
    said = page.locator("main").inner_text()
    assert (download.value.suggested_filename, said.count("The same source")) == (
        f"{ready.reference}-v1.mbox",
        2,
    )


@pytest.mark.timeout(300)
def test_agent_sees_to_what_publishing_needs(
    sign_in_page: Callable[[Person], Page], agent: Person, ready: Development
) -> None:
    page = sign_in_page(agent)
    one = f"/licensing/developments/{ready.reference}"
    assert_pages_usable(page, [one, f"{one}/anchors/new"])
    page.goto(one)
    page.get_by_role("button", name="Offer it on our own page").click()
    page.get_by_text("Our own page shows the patches").wait_for()
    page.get_by_role("link", name="Add an anchor").click()
    page.get_by_label("Address").fill("https://git.example/berth")
    page.get_by_label("Branch, tag or commit").fill("main")
    page.get_by_label("Ours: we could take it back or change it").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("A worker looks at it now").wait_for()
    said = page.locator("main").inner_text()
    assert (said.count("Not looked at yet"), said.count("https://git.example/berth")) == (1, 2)
