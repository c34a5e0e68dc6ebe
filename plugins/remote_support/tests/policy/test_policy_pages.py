# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rules on pages: what stands against a session before the form is filled in, and quotas."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Person, Ticket, rows_of
from tresen.testing.browser import assert_pages_usable
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_remote_support import service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy.models import Quota

SignIn = Callable[[Person], FlaskClient]
Acting = Callable[[Person], Desk]
Settings = Callable[..., None]
Wish = Callable[..., service.Wish]
Held = Callable[..., RemoteSession]
CLOSED = {"hours_days": "12345", "hours_from": "20:00", "hours_to": "21:00"}
WHY = "The warehouse stands still."
SENT = {"purpose": "The printer", "scope": ["view"], "provider": "browser", "second_agent_id": ""}


@pytest.fixture
def path(ticket: Ticket) -> str:
    """Return where a session is requested."""
    return f"/remote_support/tickets/{ticket.number}/new"


@pytest.fixture
def quota_page(ticket: Ticket) -> str:
    """Return where the customer's quota is set."""
    return f"/remote_support/organisations/{ticket.organisation_id}/quota"


def kept(desk: Desk) -> list[tuple[str, str]]:
    """Return state and flag of each session."""
    desk.session.expire_all()
    found = [(row.state, row.emergency) for row in desk.session.scalars(select(RemoteSession))]
    desk.commit()
    return found


def test_request_page_says_nothing_where_nothing_stands_against_it(
    path: str, agent: Person, sign_in: SignIn
) -> None:
    page = sign_in(agent).get(path).text
    assert ("Not now" in page, 'name="emergency"' in page) == (False, False)


def test_request_page_says_all_reasons_before_the_form(
    desk: Desk, path: str, agent: Person, sign_in: SignIn, settings: Settings, held: Held
) -> None:
    settings(**CLOSED, quota_minutes=10)
    held(desk.now(), state=states.ENDED, ended_at=desk.now() + timedelta(minutes=12))
    page = sign_in(agent).get(path).text
    said = (
        "First write down what was done",
        "outside the hours of remote support: Monday to Friday, 20:00 to 21:00",
        "Make an appointment within them; an administrator may go beyond them with a reason.",
        "Of the customer&#39;s 10 minutes of remote support in the month, 0 are left.",
    )
    places = [page.index(each) for each in said]
    assert places == sorted(places)
    assert places[-1] < page.index('name="purpose"')


def test_refused_request_keeps_what_was_typed_and_makes_nothing(
    desk: Desk, path: str, agent: Person, sign_in: SignIn, settings: Settings
) -> None:
    settings(**CLOSED)
    answer = sign_in(agent).post(path, data=SENT | {"purpose": "Look at the import"})
    found = ("Look at the import" in answer.text, "outside the hours" in answer.text)
    assert (answer.status_code, found, kept(desk)) == (422, (True, True), [])


def test_agent_cannot_send_a_reason_past_the_form(
    desk: Desk, path: str, agent: Person, sign_in: SignIn, settings: Settings
) -> None:
    settings(**CLOSED)
    answer = sign_in(agent).post(path, data=SENT | {"emergency": WHY})
    assert (answer.status_code, kept(desk)) == (422, [])


def test_administrator_goes_beyond_by_the_form(
    desk: Desk, path: str, administrator: Person, sign_in: SignIn, settings: Settings
) -> None:
    settings(**CLOSED)
    browser = sign_in(administrator)
    assert 'name="emergency"' in browser.get(path).text
    page = browser.post(path, data=SENT | {"emergency": WHY}).text
    assert (kept(desk), WHY in page, "beyond the rules" in page) == (
        [(states.OFFERED, WHY)],
        True,
        True,
    )
    listed = browser.get("/remote_support/?list=beyond").text
    assert "The printer" in listed


def test_page_of_a_late_session_names_the_reason_and_leads_beyond(
    desk: Desk,
    agreed: RemoteSession,
    agent: Person,
    administrator: Person,
    sign_in: SignIn,
    settings: Settings,
) -> None:
    settings(**CLOSED)
    page, beyond = f"/remote_support/sessions/{agreed.reference}", "/beyond"
    browsers = [sign_in(person) for person in (agent, administrator)]
    shown = [browser.get(page).text for browser in browsers]
    assert ["What stands against it" in text for text in shown] == [True, True]
    assert [f'href="{page}{beyond}"' in text for text in shown] == [False, True]
    answer = browsers[1].post(page + beyond, data={"reason": WHY})
    assert (answer.location, kept(desk)) == (page, [(states.CONSENTED, WHY)])
    text = browsers[0].get(page).text
    assert (WHY in text, "What stands against it" in text) == (True, False)


def test_agent_may_not_go_beyond_by_the_address(
    agreed: RemoteSession, agent: Person, sign_in: SignIn, quota_page: str
) -> None:
    browser = sign_in(agent)
    paths = (f"/remote_support/sessions/{agreed.reference}/beyond", quota_page)
    assert [browser.get(path).status_code for path in paths] == [403, 403]


def test_running_session_says_that_the_hours_are_over_and_goes_on(
    agreed: RemoteSession,
    agent: Person,
    acting: Acting,
    sign_in: SignIn,
    settings: Settings,
    clock: SteppedClock,
) -> None:
    # From 10:00 on the operator's clock, where it is an hour later than in UTC.
    settings(hours_days="12345", hours_from="08:00", hours_to="10:30")
    working = acting(agent)
    service.begin(working, agreed)
    working.commit()
    said, found = "The session goes on, but it goes beyond the rules now", []
    for _each in range(2):
        page = sign_in(agent).get(f"/remote_support/sessions/{agreed.reference}").text
        found.append((said in page, "End the session" in page))
        clock.go(minutes=31)
    assert found == [(False, True), (True, True)]


def test_administrator_sets_the_quota_of_a_customer(
    desk: Desk, ticket: Ticket, administrator: Person, sign_in: SignIn, quota_page: str
) -> None:
    browser = sign_in(administrator)
    home = f"/organisations/{ticket.organisation_id}"
    answer = browser.post(quota_page, data={"minutes": "90"})
    assert (answer.status_code, answer.location.endswith(home)) == (302, True)
    assert [each["minutes"] for each in rows_of(desk, Quota)] == [90]
    desk.commit()
    assert 'value="90"' in browser.get(quota_page).text
    assert "90 minutes of 90 are left this month" in browser.get(answer.location).text
    browser.post(quota_page, data={"minutes": ""})
    assert list(rows_of(desk, Quota)) == []


def test_organisations_page_says_what_was_used(
    ticket: Ticket, agent: Person, sign_in: SignIn, held: Held, desk: Desk, quota_page: str
) -> None:
    held(desk.now(), 25)
    address = f"/people/organisations/{ticket.organisation_id}"
    page = sign_in(agent).get(address).text
    assert "25 minutes were used this month; there is no limit." in page
    assert quota_page not in page


def test_page_of_a_quota_of_nobody_is_missing(administrator: Person, sign_in: SignIn) -> None:
    answer = sign_in(administrator).get("/remote_support/organisations/99/quota")
    assert answer.status_code == 404


def test_german_page_names_the_way_out(
    desk: Desk, path: str, agent: Person, sign_in: SignIn, settings: Settings
) -> None:
    settings(**CLOSED)
    agent.language = "de"
    desk.commit()
    page = sign_in(agent).get(path).text
    said = "außerhalb der Zeiten der Fernunterstützung: Montag bis Freitag, 20:00 bis 21:00 Uhr"
    assert (said in page, "Vereinbaren Sie einen Termin" in page) == (True, True)


def test_request_page_costs_the_same_however_much_was_given(
    core: Core, desk: Desk, path: str, agent: Person, sign_in: SignIn, held: Held
) -> None:
    browser, counts = sign_in(agent), []
    for _turn in range(2):
        for _each in range(3):
            held(desk.now(), 5)
        with recorded(core.engine) as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.timeout(300)
def test_every_page_can_be_used_by_everybody(
    sign_in_page: Callable[[Person], Any],
    agreed: RemoteSession,
    administrator: Person,
    settings: Settings,
    path: str,
    quota_page: str,
) -> None:
    settings(**CLOSED, quota_minutes=60)
    pages = [
        path,
        f"/remote_support/sessions/{agreed.reference}",
        f"/remote_support/sessions/{agreed.reference}/beyond",
        quota_page,
        "/remote_support/?list=beyond",
        "/people/organisations/1",
        "/admin/settings/remote_support",
    ]
    assert_pages_usable(sign_in_page(administrator), pages)
