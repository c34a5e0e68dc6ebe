# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers say in the portal how their tasks went, and nobody else's."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person
from tresen.testing.statements import recorded
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.models import Participation
from tresen_pilot_service.tasks import queries
from tresen_pilot_service.tasks.models import Task

SignIn = Callable[[Person], FlaskClient]
Ask = Callable[..., Task]
PILOT = "/pilot_service/portal/1"
OWN = f"{PILOT}/tasks/1"
FEEDBACK = "Give feedback on it as well"


def sent(outcome: str, note: str = "") -> dict[str, str]:
    return {"task-1-outcome": outcome, "task-1-note": note}


def said(desk: Desk) -> list[tuple[str, str, int | None]]:
    desk.session.expire_all()
    found = queries.results_of(desk, 1).values()
    return [(row.outcome, row.note, row.person_id) for row in found]


@pytest.fixture
def browser(
    participation: Participation, customer: Person, sign_in: SignIn, ask: Ask
) -> FlaskClient:
    """Return the browser of a customer who takes part and is asked to move a pallet."""
    ask()
    return sign_in(customer)


def test_task_stands_there_with_its_instructions_and_two_answers(browser: FlaskClient) -> None:
    page = browser.get(PILOT).text
    words = ("Move a pallet", "Scan it twice.", ">Open<", ">It worked<", ">It did not work<")
    assert [word in page for word in words] == [True] * 5
    assert "0 of 1 done" in page


def test_pilot_without_tasks_says_nothing_of_them(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    assert "Your tasks" not in sign_in(customer).get(PILOT).text


def test_what_worked_is_kept_and_shown_with_who_and_when(
    desk: Desk, browser: FlaskClient, customer: Person
) -> None:
    page = browser.post(OWN, data=sent("done", "Easy."), follow_redirects=True).text
    assert said(desk) == [("done", "Easy.", customer.id)]
    words = ("Thank you, that is noted.", "1 of 1 done", "On Mar 10, 2026 by Karla Kundin", "Easy.")
    assert [word in page for word in words] == [True] * 4
    assert FEEDBACK not in page


def test_what_did_not_work_leads_on_to_feedback(desk: Desk, browser: FlaskClient) -> None:
    page = browser.post(OWN, data=sent("failed"), follow_redirects=True).text
    assert [word in page for word in (">Did not work<", FEEDBACK, "0 of 1 done")] == [True] * 3
    assert browser.get(PILOT).text.count(FEEDBACK) == 1


def test_colleague_may_change_what_was_said(
    desk: Desk, browser: FlaskClient, colleague: Person, sign_in: SignIn
) -> None:
    browser.post(OWN, data=sent("failed", "It fell."))
    other = sign_in(colleague)
    page = other.get(PILOT).text
    assert [page.count(word) for word in ("Change what was said", "It fell.")] == [1, 2]
    other.post(OWN, data=sent("done"))
    assert said(desk) == [("done", "", colleague.id)]


def test_answer_without_an_outcome_is_refused_and_the_note_kept(
    desk: Desk, browser: FlaskClient
) -> None:
    answer = browser.post(OWN, data=sent("", "It fell."))
    words = ("Say whether it worked or not.", "It fell.", "Scan it twice.")
    assert (answer.status_code, [word in answer.text for word in words]) == (422, [True] * 3)
    assert said(desk) == []


def test_note_that_is_too_long_is_refused_and_kept(desk: Desk, browser: FlaskClient) -> None:
    answer = browser.post(OWN, data=sent("done", "x" * 5001))
    assert (answer.status_code, "x" * 5001 in answer.text, said(desk)) == (422, True, [])


def test_task_has_a_page_of_its_own(browser: FlaskClient) -> None:
    page = browser.get(OWN).text
    words = ('<h1 dir="auto">Move a pallet</h1>', ">It worked<", f'href="{PILOT}"')
    assert [word in page for word in words] == [True] * 3


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", [f"{PILOT}/tasks/9", "/pilot_service/portal/9/tasks/1"])
def test_what_is_not_there_is_not_found(browser: FlaskClient, method: str, path: str) -> None:
    assert getattr(browser, method)(path).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_customer_of_another_organisation_finds_nothing(
    desk: Desk, browser: FlaskClient, stranger: Person, sign_in: SignIn, method: str
) -> None:
    other = sign_in(stranger)
    answer = getattr(other, method)(OWN, **({"data": sent("done")} if method == "post" else {}))
    assert (answer.status_code, said(desk)) == (404, [])


def test_agent_does_not_answer_for_customers(
    desk: Desk, browser: FlaskClient, agent: Person, sign_in: SignIn
) -> None:
    other = sign_in(agent)
    assert [other.get(OWN).status_code, other.post(OWN).status_code] == [403, 403]


def test_who_is_merely_invited_reads_of_no_task(
    invited: Participation, customer: Person, sign_in: SignIn, ask: Ask
) -> None:
    ask()
    browser = sign_in(customer)
    assert "Move a pallet" not in browser.get(PILOT).text
    assert browser.get(OWN).status_code == 404


def test_who_agreed_may_answer(
    desk: Desk, invited: Participation, customer: Person, sign_in: SignIn, ask: Ask
) -> None:
    ask()
    pilots.move(desk, invited, steps.AGREED)
    desk.commit()
    sign_in(customer).post(OWN, data=sent("done"))
    assert said(desk) == [("done", "", customer.id)]


def test_who_left_reads_what_they_said_and_changes_nothing(
    desk: Desk, browser: FlaskClient, participation: Participation, ask: Ask
) -> None:
    ask("Never tried")
    browser.post(OWN, data=sent("failed", "It fell."), follow_redirects=True)
    pilots.move(desk, participation, steps.FINISHED)
    desk.commit()
    page = browser.get(PILOT).text
    words = ("It fell.", "Never tried", ">It worked<", FEEDBACK)
    assert [word in page for word in words] == [True, False, False, False]
    answer = browser.post(OWN, data=sent("done", "Now it stands."))
    assert (answer.status_code, "Now it stands." in answer.text) == (422, True)
    assert [outcome for outcome, _note, _person in said(desk)] == ["failed"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", ("Ihre Aufgaben", "Es ging nicht")), ("de@du", ("Deine Aufgaben", "Es ging nicht"))],
)
def test_portal_speaks_german(
    desk: Desk, browser: FlaskClient, customer: Person, language: str, words: tuple[str, ...]
) -> None:
    desk.session.get_one(Person, customer.id).language = language
    desk.commit()
    page = browser.get(PILOT).text
    assert [word in page for word in words] == [True, True]


def test_page_costs_the_same_however_many_tasks_there_are(
    desk: Desk, browser: FlaskClient, ask: Ask
) -> None:
    counts = []
    for turn in range(2):
        with recorded(desk.core.engine) as statements:
            assert browser.get(PILOT).status_code == 200
        counts.append(len(statements))
        for number in range(4):
            ask(f"More {turn}{number}")
    assert counts[0] == counts[1]
