# SPDX-License-Identifier: AGPL-3.0-or-later
"""What waits goes out once, to a real server, and the core keeps its own options."""

from tresen.desk import Core, Desk
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.outgoing import delivered


def test_waiting_mails_arrive_once_in_their_order(core: Core, desk: Desk, customer: Person) -> None:
    for subject in ("First", "Second"):
        factories.make_ticket(desk, customer, subject)
    desk.commit()
    found = [each.receivers for each in delivered(core)]
    assert (found, delivered(core)) == ([["karla@kunde.example"]] * 2, [])


def test_options_are_as_before(core: Core) -> None:
    before = core.config
    delivered(core)
    assert core.config is before
