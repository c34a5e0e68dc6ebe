# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agent's pages: the lists, the request, and each step from the session's page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person, Team, Ticket, desk_for
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_remote_support import answers, offers, scopes, service, states
from tresen_remote_support.models import RemoteSession

SignIn = Callable[[Person], FlaskClient]
SENT = {"purpose": "Look at the import", "scope": ["view"], "provider": "browser"}
NOTE = {"actions": "Set a tick.", "result": states.SOLVED, "minutes": "7"}


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


def page(row: RemoteSession, step: str = "") -> str:
    """Return the address of a session's page, or of a step on it."""
    return f"/remote_support/sessions/{row.reference}{step and '/'}{step}"


def listed(text: str) -> list[str]:
    """Return the references that a list leads to."""
    return re.findall(r'href="/remote_support/sessions/(\w{8})"', text)


def now(row: RemoteSession, desk: Desk) -> RemoteSession:
    """Return the session as the database has it."""
    with desk_for(desk.core) as fresh:
        return fresh.session.get_one(RemoteSession, row.id)


def test_request_asks_the_customer_at_once(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    text = browser.post(f"/remote_support/tickets/{ticket.number}/new", data=SENT).text
    (row,) = desk.session.scalars(select(RemoteSession)).all()
    told = re.search(r"/remote_support/join/([\w-]+)", text)
    assert told is not None
    assert (row.state, offers.find(desk, told[1])[1].id) == (states.OFFERED, row.id)


def test_short_address_is_told_with_the_pin(
    browser: FlaskClient, client: FlaskClient, ticket: Ticket
) -> None:
    text = browser.post(f"/remote_support/tickets/{ticket.number}/new", data=SENT).text
    assert re.findall(r"http://[\w.:]+/join\b(?!/)", text) == ["http://127.0.0.1:8080/join"]
    found = client.get("/join?session=AB12CD34")
    assert found.location == "/remote_support/join?session=AB12CD34"


def test_request_begins_with_the_tickets_subject(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    text = browser.get(f"/remote_support/tickets/{ticket.number}/new").text
    assert re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", text) == [ticket.subject]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"scope": []}, "Choose at least one."),
        ({"purpose": " "}, "This field is required."),
        ({"scope": ["everything"]}, "valid choice"),
        ({"provider": "crystal ball"}, "Not a valid choice"),
        ({"second_agent_id": "99"}, "Not a valid choice"),
    ],
)
def test_request_says_what_is_wrong_and_keeps_the_words(
    browser: FlaskClient, ticket: Ticket, changed: dict[str, Any], sentence: str
) -> None:
    answer = browser.post(f"/remote_support/tickets/{ticket.number}/new", data=SENT | changed)
    kept = "Look at the import" in answer.text or "purpose" in changed
    assert (answer.status_code, sentence in answer.text, kept) == (422, True, True)


def test_request_refused_by_the_policy_keeps_the_words(
    browser: FlaskClient, ended: RemoteSession, ticket: Ticket
) -> None:
    answer = browser.post(f"/remote_support/tickets/{ticket.number}/new", data=SENT)
    found = ended.reference in answer.text, "Look at the import" in answer.text
    assert (answer.status_code, found) == (422, (True, True))


def test_second_agent_is_kept(
    browser: FlaskClient, desk: Desk, ticket: Ticket, colleague: Person
) -> None:
    given = SENT | {"second_agent_id": str(colleague.id)}
    browser.post(f"/remote_support/tickets/{ticket.number}/new", data=given)
    assert desk.session.scalar(select(RemoteSession.second_agent_id)) == colleague.id


def test_link_and_pin_are_shown_once(browser: FlaskClient, offered: RemoteSession) -> None:
    first = browser.post(page(offered, "offer")).text
    again = browser.get(page(offered)).text
    assert ("/remote_support/join/" in first, "/remote_support/join/" in again) == (True, False)


def test_session_runs_pauses_and_ends(
    browser: FlaskClient, desk: Desk, consented: RemoteSession
) -> None:
    found = []
    for step in ("begin", "pause", "begin", "end"):
        browser.post(page(consented, step))
        found.append(now(consented, desk).state)
    assert found == [states.ACTIVE, states.PAUSED, states.ACTIVE, states.ENDED]


def test_end_leads_to_the_note(browser: FlaskClient, running: RemoteSession) -> None:
    assert browser.post(page(running, "end")).location == page(running, "document")


def test_note_begins_with_the_minutes_that_it_ran(
    browser: FlaskClient, ended: RemoteSession
) -> None:
    text = browser.get(page(ended, "document")).text
    assert re.findall(r'name="minutes"[^>]*value="(\d+)"', text) == ["8"]


def test_note_is_kept(browser: FlaskClient, desk: Desk, ended: RemoteSession) -> None:
    answer = browser.post(page(ended, "document"), data=NOTE)
    row = now(ended, desk)
    kept = answer.location, row.actions, row.minutes
    assert kept == (page(ended), "Set a tick.", 7)


@pytest.mark.parametrize("minutes", ["-1", "1441", "soon", ""])
def test_note_takes_minutes_of_a_day(
    browser: FlaskClient, ended: RemoteSession, minutes: str
) -> None:
    answer = browser.post(page(ended, "document"), data=NOTE | {"minutes": minutes})
    assert (answer.status_code, "Set a tick." in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("first", "step"), [("offered", "begin"), ("ended", "begin"), ("offered", "end")]
)
def test_step_that_is_not_open_is_refused_in_words(
    browser: FlaskClient, request: pytest.FixtureRequest, first: str, step: str
) -> None:
    row = request.getfixturevalue(first)
    answer = browser.post(page(row, step), follow_redirects=True)
    assert re.search(r"toast-error", answer.text) is not None


def test_call_off_needs_a_reason(browser: FlaskClient, desk: Desk, offered: RemoteSession) -> None:
    refused = browser.post(page(offered, "cancel"), data={"reason": ""}).status_code
    browser.post(page(offered, "cancel"), data={"reason": "Solved on the phone."})
    row = now(offered, desk)
    kept = refused, row.state, row.reason
    assert kept == (422, states.CANCELLED, "Solved on the phone.")


def test_failure_needs_a_reason(browser: FlaskClient, desk: Desk, running: RemoteSession) -> None:
    refused = browser.post(page(running, "fail"), data={"reason": ""}).status_code
    browser.post(page(running, "fail"), data={"reason": "The picture froze."})
    row = now(running, desk)
    assert (refused, row.state, row.reason) == (422, states.FAILED, "The picture froze.")


def test_more_is_asked_for(browser: FlaskClient, desk: Desk, running: RemoteSession) -> None:
    browser.post(page(running, "widen"), data={"scope": ["view", "files"]})
    text = browser.get(page(running)).text
    told = "The customer is asked for more: See the screen, Move files." in text
    assert (now(running, desk).wanted_scope, told) == ("view files", True)


def test_colleague_reviews(
    desk: Desk, documented: RemoteSession, colleague: Person, sign_in: SignIn
) -> None:
    sign_in(colleague).post(page(documented, "review"), data={"review": "All clear."})
    row = now(documented, desk)
    assert (row.state, row.review) == (states.REVIEWED, "All clear.")


def test_own_session_offers_no_review(browser: FlaskClient, documented: RemoteSession) -> None:
    assert "/review" not in browser.get(page(documented)).text


def test_page_tells_where_it_stands_as_json(browser: FlaskClient, running: RemoteSession) -> None:
    told = browser.get(page(running, "state")).json
    usual = {"state": states.ACTIVE, "wanted": "", "scope": scopes.VIEW}
    assert told == usual | {"recording": ""}


def test_page_shows_the_words_that_were_agreed_to(
    browser: FlaskClient, consented: RemoteSession
) -> None:
    assert "You choose what of your screen you show." in browser.get(page(consented)).text


@pytest.mark.parametrize(
    ("state", "found"),
    [("open", [False]), ("undocumented", [True]), ("unreviewed", [False]), ("all", [True])],
)
def test_lists_hold_what_they_say(
    browser: FlaskClient, ended: RemoteSession, state: str, found: list[bool]
) -> None:
    text = browser.get(f"/remote_support/?list={state}").text
    assert [ended.reference in listed(text)] == found


def test_documented_session_waits_for_its_review(
    browser: FlaskClient, documented: RemoteSession
) -> None:
    text = browser.get("/remote_support/?list=unreviewed").text
    assert listed(text) == [documented.reference]


@pytest.mark.parametrize("asked", ["?list=nonsense", "?before=x", "?list=all&before=-5"])
def test_list_takes_any_address(browser: FlaskClient, running: RemoteSession, asked: str) -> None:
    assert running.state == states.ACTIVE
    assert browser.get(f"/remote_support/{asked}").status_code == 200


def test_long_list_goes_on_below(
    browser: FlaskClient, agent_desk: Desk, ask: Callable[[], RemoteSession]
) -> None:
    rows = [ask() for _each in range(53)]
    agent_desk.commit()
    first = browser.get("/remote_support/").text
    more = re.search(r"before=(\d+)", first)
    assert more is not None
    rest = browser.get(f"/remote_support/?list=open&before={more[1]}").text
    newest_first = [row.reference for row in reversed(rows)]
    assert listed(first) + listed(rest) == newest_first


def test_ticket_shows_its_sessions(
    browser: FlaskClient, running: RemoteSession, ticket: Ticket
) -> None:
    assert listed(browser.get(f"/tickets/{ticket.number}").text) == [running.reference]


def test_session_of_a_restricted_team_is_out_of_sight(
    desk: Desk, running: RemoteSession, ticket: Ticket, colleague: Person, sign_in: SignIn
) -> None:
    team = factories.make_team(desk, "Quiet")
    desk.session.get_one(Team, team.id).is_restricted = True
    desk.session.get_one(Ticket, ticket.id).team_id = team.id
    desk.commit()
    theirs = sign_in(colleague)
    found = theirs.get(page(running)).status_code, listed(theirs.get("/remote_support/").text)
    assert found == (404, [])


@pytest.mark.parametrize("path", ["", "?list=all", "sessions/00000000", "tickets/10001/new"])
def test_customers_see_none_of_it(customer: Person, sign_in: SignIn, path: str) -> None:
    assert sign_in(customer).get(f"/remote_support/{path}").status_code == 403


def test_visitors_are_led_to_the_sign_in(client: FlaskClient) -> None:
    assert client.get("/remote_support/").location == "/sign-in?next=/remote_support/"


def test_stopped_session_says_so(browser: FlaskClient, desk: Desk, running: RemoteSession) -> None:
    answers.stop(desk, running)
    desk.commit()
    assert "Stopped by the customer" in browser.get(page(running)).text


def test_list_asks_as_much_for_many_as_for_one(
    browser: FlaskClient,
    agent_desk: Desk,
    ask: Callable[[], RemoteSession],
) -> None:
    counts = []
    for more in (1, 20):
        for _each in range(more):
            ask()
        agent_desk.commit()
        with recorded(agent_desk.core.engine) as statements:
            browser.get("/remote_support/")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_minutes_on_the_page_stand_still_with_the_session(
    browser: FlaskClient, agent_desk: Desk, running: RemoteSession, clock: SteppedClock
) -> None:
    clock.go(minutes=5)
    service.end(agent_desk, running)
    agent_desk.commit()
    clock.go(minutes=50)
    facts = re.findall(r"Minutes run</dt>\s*<dd[^>]*>\s*(\d+)", browser.get(page(running)).text)
    assert facts == ["5"]
