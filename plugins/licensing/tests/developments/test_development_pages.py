# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a ticket to a development, and what its page, its list and the ticket show of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from tresen.sdk import Desk, Organisation, Person, Ticket
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_licensing import health
from tresen_licensing.changes.models import ChangeSet
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import queries, service, states
from tresen_licensing.developments.models import Development

Begin = Callable[..., Development]
Deploy = Callable[..., Deployment]
SignIn = Callable[[Person], FlaskClient]
INDEX = "/licensing/developments/"


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """Return the ticket that it begins with."""
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def sent(desk: Desk, customer: Person) -> dict[str, Any]:
    """Return what a browser sends with the form."""
    name = desk.session.get_one(Organisation, customer.organisation_id).name
    desk.commit()
    return {
        "title": "A fourth berth",
        "organisation_id": name,
        "kind": states.FIX,
        "owner_id": "",
        "product_id": "",
        "base_version_id": "",
        "agreement_id": "",
        "component": "",
        "description": "",
        "upstream_url": "",
        "upstream_branch": "",
    }


def test_first_page_says_how_to_begin(browser: FlaskClient) -> None:
    shown = browser.get(INDEX).text
    assert shown.count("Nothing is developed at customers yet") == 1


def test_ticket_leads_to_a_form_that_knows_it(browser: FlaskClient, ticket: Ticket) -> None:
    beside = browser.get(f"/tickets/{ticket.number}").text
    path = f"{INDEX}new?ticket={ticket.number}"
    shown = browser.get(path).text
    assert (beside.count(f'href="{path}"'), shown.count(f'value="{ticket.subject}"')) == (1, 1)


def test_development_of_a_ticket_stands_beside_it(
    browser: FlaskClient, ticket: Ticket, sent: dict[str, Any]
) -> None:
    answer = browser.post(f"{INDEX}new?ticket={ticket.number}", data=sent)
    beside = browser.get(f"/tickets/{ticket.number}").text
    address = f"{INDEX}CD-2026-0001"
    assert (answer.location, beside.count(f'href="{address}"')) == (address, 1)


def test_refused_form_keeps_what_was_typed(
    browser: FlaskClient, desk: Desk, sent: dict[str, Any]
) -> None:
    answer = browser.post(f"{INDEX}new", data=sent | {"title": "x" * 201})
    found = desk.session.scalars(select(Development)).all()
    assert (answer.status_code, answer.text.count("x" * 201), found) == (422, 1, [])


def test_address_that_is_none_is_refused(browser: FlaskClient, sent: dict[str, Any]) -> None:
    given = sent | {"upstream_url": "javascript:alert(1)"}
    answer = browser.post(f"{INDEX}new", data=given)
    assert answer.status_code == 422


def test_page_without_agreement_says_so(browser: FlaskClient, sent: dict[str, Any]) -> None:
    shown = browser.post(f"{INDEX}new", data=sent, follow_redirects=True).text
    assert shown.count("No agreement stands behind it") == 1


def test_page_shows_what_is_left_of_the_time(
    browser: FlaskClient, agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    deploy(agent_desk.today() - timedelta(days=10))
    agent_desk.commit()
    shown = browser.get(INDEX + development.reference).text
    assert shown.count("It runs outside since Feb 28, 2026: 20 days are left to publish it.") == 1


def test_page_and_list_say_what_is_overdue(
    browser: FlaskClient, agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    deploy(agent_desk.today() - timedelta(days=31))
    agent_desk.commit()
    shown = [browser.get(path).text for path in (INDEX + development.reference, INDEX)]
    assert [each.count(">Overdue<") for each in shown] == [1, 1]
    assert (
        shown[0].count("is one day over its time to be public."),
        shown[1].count("One development runs outside and should be public by now."),
    ) == (1, 1)


def test_health_says_what_is_overdue(
    agent_desk: Desk, development: Development, deploy: Deploy, clock: SteppedClock
) -> None:
    deploy()
    before = health.checks(agent_desk)
    clock.go(days=31)
    after = [check.state for check in health.checks(agent_desk)]
    assert (before, after) == ([], ["warning"])


def test_step_is_taken_with_its_words(browser: FlaskClient, development: Development) -> None:
    path = f"{INDEX}{development.reference}/steps/withdrawn"
    refused = browser.post(path, data={"note": ""})
    taken = browser.post(path, data={"note": "No use."}, follow_redirects=True)
    assert (refused.status_code, taken.status_code) == (422, 200)
    assert (taken.text.count("No use."), taken.text.count(">Withdrawn<")) == (1, 1)


@pytest.mark.parametrize("state", ["published", "elsewhere"])
def test_step_that_is_no_step_by_hand_is_not_found(
    browser: FlaskClient, development: Development, state: str
) -> None:
    assert browser.get(f"{INDEX}{development.reference}/steps/{state}").status_code == 404


def test_development_is_changed_on_its_page(
    browser: FlaskClient, development: Development, sent: dict[str, Any]
) -> None:
    given = sent | {"title": "Five berths", "agreement_id": str(development.agreement_id)}
    answer = browser.post(f"{INDEX}{development.reference}/edit", data=given, follow_redirects=True)
    assert (answer.text.count('<h1 dir="auto">Five berths</h1>'), answer.status_code) == (1, 200)


def test_embargo_is_the_administrators(
    browser: FlaskClient, administrator: Person, sign_in: SignIn, development: Development
) -> None:
    path = f"{INDEX}{development.reference}/embargo"
    given = {"until": "2026-04-01", "note": "A hole."}
    agents = browser.post(path, data=given).status_code
    shown = sign_in(administrator).post(path, data=given, follow_redirects=True).text
    assert (agents, shown.count("Under embargo until Apr 1, 2026")) == (403, 1)


def test_ticket_is_linked_by_its_number_and_taken_off(
    browser: FlaskClient, development: Development, ticket: Ticket
) -> None:
    path = f"{INDEX}{development.reference}/tickets"
    refused = browser.post(path, data={"number": "abc"})
    linked = browser.post(path, data={"number": f"#{ticket.number}"}, follow_redirects=True)
    off = browser.post(f"{path}/{ticket.number}/unlink", follow_redirects=True)
    assert [
        (answer.status_code, answer.text.count(f'href="/tickets/{ticket.number}"'))
        for answer in (refused, linked, off)
    ] == [(422, 0), (200, 1), (200, 0)]


def test_ticket_of_a_team_of_others_is_not_shown(
    browser: FlaskClient, agent_desk: Desk, desk: Desk, development: Development, customer: Person
) -> None:
    boss = factories.make_person(desk, "Bea", "bea@tresen.example", role="agent")
    team = factories.make_team(desk, "Own", boss)
    team.is_restricted = True
    hidden = factories.make_ticket(desk, customer)
    hidden.subject, hidden.team_id = "Of nobody else's business", team.id
    desk.session.flush()
    service.link(agent_desk, development, hidden)
    desk.commit()
    shown = browser.get(INDEX + development.reference).text
    assert shown.count("Of nobody else") == 0


def test_list_is_narrowed_by_the_address(
    browser: FlaskClient, agent_desk: Desk, begin: Begin
) -> None:
    first, second = begin(title="Open one"), begin(title="Other one")
    service.step(agent_desk, second, states.WITHDRAWN, "No use.")
    agent_desk.commit()
    own = first.organisation_id
    shown = [
        browser.get(f"{INDEX}?{query}").text
        for query in ("", "all=1", "state=withdrawn", f"customer={own}", "customer=x&state=y")
    ]
    assert [(page.count(">Open one<"), page.count(">Other one<")) for page in shown] == [
        (1, 0),
        (1, 1),
        (0, 1),
        (1, 0),
        (1, 0),
    ]


def test_earlier_ones_are_a_page_further(
    browser: FlaskClient, agent_desk: Desk, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    rows = [begin() for _each in range(3)]
    agent_desk.commit()
    shown = browser.get(INDEX).text
    rest = browser.get(f"{INDEX}?before={rows[1].id}").text
    assert (f"before={rows[1].id}" in shown, rest.count(f">{rows[0].reference}<")) == (True, 1)


@pytest.mark.parametrize("path", [INDEX, f"{INDEX}new", f"{INDEX}CD-2026-0001"])
def test_customers_do_not_come_in(customer: Person, sign_in: SignIn, path: str) -> None:
    assert sign_in(customer).get(path).status_code == 403


def test_unknown_development_is_named(browser: FlaskClient) -> None:
    answer = browser.get(f"{INDEX}CD-2026-0099")
    assert (answer.status_code, answer.text.count("There is no development CD-2026-0099.")) == (
        404,
        1,
    )


def test_list_asks_no_question_per_row(
    browser: FlaskClient, agent_desk: Desk, begin: Begin, deploy: Deploy
) -> None:
    deploy()
    agent_desk.commit()

    def statements() -> int:
        with recorded(agent_desk.core.engine) as found:
            browser.get(INDEX)
        return len(found)

    one = statements()
    for _each in range(5):
        begin()
    agent_desk.commit()
    assert statements() == one


def test_broken_journal_is_said(
    browser: FlaskClient, agent_desk: Desk, development: Development, change: ChangeSet
) -> None:
    agent_desk.session.execute(text("UPDATE licensing_entry SET kind = 'x' WHERE number = 2"))
    agent_desk.commit()
    shown = browser.get(INDEX + development.reference).text
    assert shown.count("The chain of this journal is broken at entry 2") == 1
