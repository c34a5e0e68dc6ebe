# SPDX-License-Identifier: AGPL-3.0-or-later
"""No page of remote support walks through the tables that grow, and none asks once for each row."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Ticket, desk_for
from tresen.testing.statements import recorded, walks
from tresen_remote_support import jobs, queries, service
from tresen_remote_support.models import RemoteSession

SignIn = Callable[[Person], FlaskClient]


@pytest.mark.parametrize("listed", ["open", "undocumented", "unreviewed", "beyond", "all"])
def test_no_list_walks_through_a_whole_table(
    desk: Desk, agent: Person, sign_in: SignIn, running: RemoteSession, listed: str
) -> None:
    browser = sign_in(agent)
    with recorded(desk.core.engine) as statements:
        status = browser.get(f"/remote_support/?list={listed}").status_code
    assert (running.state, status, walks(desk.core.engine, statements)) == ("active", 200, [])


@pytest.mark.parametrize("page", ["", "/state"])
def test_no_page_of_a_session_walks_through_a_whole_table(
    desk: Desk, agent: Person, sign_in: SignIn, running: RemoteSession, page: str
) -> None:
    browser = sign_in(agent)
    with recorded(desk.core.engine) as statements:
        browser.get(f"/remote_support/sessions/{running.reference}{page}")
    assert walks(desk.core.engine, statements) == []


def test_portal_walks_through_no_whole_table(
    desk: Desk, customer: Person, sign_in: SignIn, offered: RemoteSession
) -> None:
    browser = sign_in(customer)
    with recorded(desk.core.engine) as statements:
        text = browser.get("/").text
    found = offered.reference in text, walks(desk.core.engine, statements)
    assert found == (True, [])


def test_worker_walks_through_no_whole_table(desk: Desk, running: RemoteSession) -> None:
    with recorded(desk.core.engine) as statements:
        jobs.tidy(desk)
    assert (running.state, walks(desk.core.engine, statements)) == ("active", [])


def test_ticket_asks_as_much_for_many_sessions_as_for_one(
    agent_desk: Desk, ticket: Ticket, ask: Callable[[], RemoteSession]
) -> None:
    counts = []
    for more in (1, 15):
        for _each in range(more):
            ask()
        agent_desk.commit()
        with recorded(agent_desk.core.engine) as statements:
            queries.of_ticket(agent_desk, ticket)
        counts.append(len(statements))
    assert counts == [1, 1]


def test_customer_is_asked_with_one_statement(
    agent_desk: Desk, customer: Person, ask: Callable[[], RemoteSession]
) -> None:
    for _each in range(5):
        service.offer(agent_desk, ask())
    agent_desk.commit()
    with recorded(agent_desk.core.engine) as statements:
        found = queries.offered_to(agent_desk, customer.id)
        named = [each.agent.name for each in found if each.agent]
    assert (len(named), len(statements)) == (5, 1)


def test_answer_to_the_page_that_follows_is_short(
    desk: Desk, seated: FlaskClient, running: RemoteSession
) -> None:
    with recorded(desk.core.engine) as statements:
        seated.get(f"/remote_support/seat/{running.reference}/state")
    assert len(statements) <= 2


def test_page_that_only_follows_writes_nothing(
    desk: Desk, seated: FlaskClient, running: RemoteSession
) -> None:
    def seen() -> Any:
        with desk_for(desk.core) as fresh:
            return fresh.session.get_one(RemoteSession, running.id).seen_at

    before = seen()
    seated.get(f"/remote_support/seat/{running.reference}/state")
    assert seen() == before
