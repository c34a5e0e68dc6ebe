# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page of the plugin in a real browser: usable by everybody, at any width, in any dress."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen.testing.browser import assert_pages_usable
from tresen_pilot_service.models import Participation


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
