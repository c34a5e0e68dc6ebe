# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans at volume: with 20,000 tickets no page walks through a whole table."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Core, Desk
from tresen.people.models import Person
from tresen.testing import volume
from tresen.testing.statements import recorded, walks
from tresen.tickets.models import FIRST_NUMBER, SavedView, Ticket

SignIn = Callable[[Person], FlaskClient]

TICKETS = 20_000
# In the order of SQLite's row ids, which its plan cannot tell from a walk.
BY_NUMBER = "/tickets/?sort=number&show=all"
PLACE = "1773133200000000-9000"
PAGES = (
    "/tickets/",
    "/tickets/?owner=me",
    "/tickets/?owner=none",
    "/tickets/?show=waiting",
    "/tickets/?show=due",
    "/tickets/?show=all",
    "/tickets/?show=ended",
    "/tickets/?team=1",
    "/tickets/?state=solved",
    "/tickets/?priority=4",
    "/tickets/?requester=3&show=all",
    "/tickets/?organisation=3&show=all",
    "/tickets/?tag=printer",
    "/tickets/?sort=-priority",
    "/tickets/?sort=changed&show=all",
    f"/tickets/?after={PLACE}",
    f"/tickets/?show=all&before={PLACE}",
    "/tickets/?columns=product,tags,channel",
    f"/tickets/{FIRST_NUMBER + 12_345}",
    f"/tickets/{FIRST_NUMBER + 9_000}?list=owner%3Dnone&at={PLACE}",
    f"/tickets/{FIRST_NUMBER + 9_000}?list=show%3Dall%26sort%3D-priority&at=2-9000",
    f"/tickets/{FIRST_NUMBER + 12_345}/texts?q=printer",
    "/tickets/new",
    "/tickets/people?address=person-1",
)


@pytest.mark.timeout(300)
def test_no_page_walks_through_a_whole_table(
    core: Core, desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    volume.fill(desk, TICKETS, messages=2)
    desk.session.add(SavedView(person_id=agent.id, title="Mine", query="owner=me"))
    desk.commit()
    browser, found = sign_in(agent), {}
    is_sqlite = desk.is_sqlite
    for page in PAGES if is_sqlite else (*PAGES, BY_NUMBER):
        with recorded(core.engine) as statements:
            assert browser.get(page).status_code == 200
        found[page] = walks(core.engine, statements)
    assert {page: tables for page, tables in found.items() if tables} == {}


def test_volume_is_what_was_asked_for(desk: Desk) -> None:
    volume.fill(desk, 300, messages=2)
    found = desk.session.scalars(select(Ticket.is_open).order_by(Ticket.id)).all()
    assert (len(found), 10 < sum(found) < 60) == (300, True)
