# SPDX-License-Identifier: AGPL-3.0-or-later
"""A customer answers in a real browser, by clicks and by keys, with script and without."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk, Person
from tresen.testing.browser import guarded_page
from tresen_pilot_service import agreements
from tresen_pilot_service.models import Participation

PAGE = "/pilot_service/portal/1"
SENTENCE = "I have read version 1 of the agreement and agree to it for Kunde GmbH."


@pytest.fixture
def asked(desk: Desk, invited: Participation) -> Participation:
    """Return an invited participation whose programme has an agreement."""
    agreements.write(desk, invited.programme, "Both sides keep quiet.")
    desk.commit()
    return invited


def test_customer_ticks_agrees_and_withdraws_consent(
    sign_in_page: Callable[[Person], Any], customer: Person, asked: Participation
) -> None:
    page = sign_in_page(customer)
    page.goto(PAGE)
    page.get_by_label(SENTENCE).check()
    page.get_by_role("button", name="Agree and take part").click()
    page.get_by_text("Thank you: you take part.").wait_for()
    page.get_by_role("button", name="Allow diagnostics").click()
    page.get_by_role("button", name="Withdraw the consent").click()
    page.get_by_text("Withdrawn on").wait_for()


def test_customer_declines_without_script(
    chromium: Any,
    live_address: str,
    sign_in: Callable[[Person], Any],
    customer: Person,
    asked: Participation,
) -> None:
    client = sign_in(customer)
    with guarded_page(chromium, live_address, java_script_enabled=False) as page:
        page.context.add_cookies(
            [{"name": c.key, "value": c.value, "url": live_address} for c in _cookies(client)]
        )
        page.goto(PAGE)
        page.get_by_role("link", name="Decline").click()
        page.get_by_label("Why not?").fill("Stocktaking.")
        page.get_by_role("button", name="Decline").click()
        page.get_by_text("You declined the invitation on").wait_for()


def _cookies(client: Any) -> list[Any]:
    return list(client._cookies.values())
