# SPDX-License-Identifier: AGPL-3.0-or-later
"""A clearance in a real browser: usable by everybody, and taken from the patches to cleared."""

from collections.abc import Callable
from typing import Any

import pytest
from clearances.conftest import CLEAN, SPDX, Look
from tresen.sdk import Desk, Person
from tresen.testing.browser import assert_pages_usable
from tresen_licensing.clearances.queries import Review
from tresen_licensing.developments import states as way
from tresen_licensing.developments.models import Development

SignInPage = Callable[[Person], Any]


@pytest.mark.timeout(300)
def test_pages_of_a_clearance_can_be_used_by_everybody(
    sign_in_page: SignInPage, administrator: Person, upstream: Development, look: Look
) -> None:
    review = look({**CLEAN, "src/quay.py": SPDX + b'password = "S0mmer-2026"\n'})
    one = f"/licensing/developments/{upstream.reference}"
    pages = [
        one,
        f"{one}/checks",
        f"{one}/history/bundle",
        f"{one}/findings/{review.open[0].id}/answer",
        f"{one}/clearances/{review.clearance.id}/customer",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
def test_two_people_clear_it_in_their_browsers(
    sign_in_page: SignInPage,
    administrator: Person,
    customer: Person,
    desk: Desk,
    upstream: Development,
    clean: Review,
) -> None:
    customer.sees_organisation = True
    desk.commit()
    ours = sign_in_page(administrator)
    ours.goto(f"/licensing/developments/{upstream.reference}")
    ours.get_by_role("button", name="Approve").click()
    ours.get_by_text("It is approved for our house.").wait_for()
    theirs = sign_in_page(customer)
    assert_pages_usable(theirs, [f"/licensing/own/{upstream.reference}/clearance"])
    theirs.goto(f"/licensing/own/{upstream.reference}/clearance")
    theirs.get_by_role("button", name="I agree for my organisation").click()
    theirs.get_by_text("Agreed for your organisation").wait_for()
    said = theirs.locator("main").inner_text()
    desk.session.refresh(upstream, ["state"])
    assert (said.count("Cleared"), upstream.state) == (1, way.READY)
