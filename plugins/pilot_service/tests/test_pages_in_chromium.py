# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the plugin in a real browser: usable by everybody, at any width, in any dress."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen_pilot_service import agreements, steps
from tresen_pilot_service.checkpoints import demo
from tresen_pilot_service.models import Participation
from tresen_pilot_service.ratings import service as ratings


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    desk: Desk,
    administrator: Person,
    customer: Person,
    participation: Participation,
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    one = f"/pilot_service/{participation.programme_id}"
    pages = [
        "/pilot_service/",
        "/pilot_service/new",
        one,
        f"{one}/edit",
        f"{one}/participants/new",
        f"/pilot_service/participants/{participation.id}",
        f"/pilot_service/participants/{participation.id}/edit",
        f"/pilot_service/participants/{participation.id}/signature",
        f"/pilot_service/participants/{participation.id}/consent",
        f"/pilot_service/participants/{participation.id}/briefing",
        "/admin/settings/pilot_service",
        "/tickets/",
        f"/tickets/{ticket.number}",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
def test_every_page_of_checkpoints_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    desk: Desk,
    administrator: Person,
    participation: Participation,
) -> None:
    participation.programme.starts_on = date(2026, 2, 1)
    demo.fill(desk, participation.programme)
    desk.commit()
    one = "/pilot_service/checkpoints"
    pages = [
        "/pilot_service/1",
        "/pilot_service/1/checkpoints",
        "/pilot_service/1/checkpoints/new",
        *(f"{one}/{path}" for path in ("1", "2", "2/edit", "1/minutes", "1/decisions/new")),
        f"{one}/decisions/1/edit",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("state", [steps.INVITED, steps.AGREED, steps.ACTIVE, steps.FINISHED])
def test_customers_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    desk: Desk,
    customer: Person,
    participation: Participation,
    state: str,
) -> None:
    agreements.write(desk, participation.programme, "Both sides keep quiet.")
    participation.key_user_id = customer.id
    participation.programme.starts_on = date(2026, 2, 1)
    demo.fill(desk, participation.programme)
    ratings.rate(desk, participation, customer, {"score": 4, "comment": "Quick answers."})
    participation.state = state
    # Since before the checkpoint that was held.
    participation.agreed_on = date(2026, 2, 1) if state != steps.INVITED else None
    participation.active_on = date(2026, 2, 1) if state == steps.ACTIVE else None
    participation.ended_on = date(2026, 3, 9) if state == steps.FINISHED else None
    desk.commit()
    own = f"/pilot_service/portal/{participation.id}"
    answers = ("agreement", "decline", "leave", "rating")
    pages = ["/pilot_service/portal/?all=1", own, *(f"{own}/{path}" for path in answers)]
    assert_pages_usable(sign_in_page(customer), pages if state == steps.INVITED else pages[:2])
