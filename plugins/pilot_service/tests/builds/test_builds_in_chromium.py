# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of builds and tasks in a real browser, for who sets them and for who tries them."""

from collections.abc import Callable
from typing import Any

import pytest
from tresen.sdk import Desk, Person, ProductVersion
from tresen.testing.browser import assert_pages_usable
from tresen_pilot_service.builds import service
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.models import Participation
from tresen_pilot_service.tasks import service as tasks

Add = Callable[..., Build]
RollOut = Callable[..., service.Outcome]


@pytest.fixture
def tried(desk: Desk, participation: Participation, customer: Person) -> Participation:
    """Return the participation of a customer who said how one of two tasks went."""
    for title in ("Move a pallet", "Find it again"):
        values = {"title": title, "instructions": "Scan it twice."}
        task = tasks.add_task(desk, participation.programme, values)
    tasks.say(desk, participation, task, customer, {"outcome": "failed", "note": "It fell."})
    desk.commit()
    return participation


@pytest.mark.timeout(300)
def test_pages_of_builds_and_tasks_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    administrator: Person,
    tried: Participation,
    version: ProductVersion,
    add: Add,
) -> None:
    add("b1", version_id=version.id)
    add("b2", rollback_note="")
    pages = [
        "/pilot_service/1/builds",
        "/pilot_service/1/builds/new",
        "/pilot_service/builds/1/edit",
        "/pilot_service/builds/1/rings/1/rollout",
        "/pilot_service/builds/1/rings/1/withdraw",
        "/pilot_service/1/tasks",
        "/pilot_service/1/tasks/new",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)


@pytest.mark.timeout(300)
def test_portal_with_builds_and_tasks_can_be_used_by_everybody(
    desk: Desk,
    sign_in_page: Callable[[Person], Any],
    customer: Person,
    tried: Participation,
    add: Add,
    roll_out: RollOut,
) -> None:
    for number in ("b1", "b2", "b3"):
        roll_out(add(number), 1)
    service.withdraw(desk, desk.session.get_one(Build, 3), 1, is_told=False)
    desk.commit()
    pages = ["/", "/pilot_service/portal/1", "/pilot_service/portal/1/tasks/1"]
    assert_pages_usable(sign_in_page(customer), pages)
