# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agents read one feedback, take its steps, tie it to tickets, answer and record more."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, Team, Ticket
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, Programme

Give = Callable[..., Feedback]
AddBuild = Callable[..., Build]
SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/feedback/1"
RECORD = "/pilot_service/1/feedback/new"
SAID = "It stands under Stock."


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an agent."""
    return sign_in(agent)


@pytest.fixture
def ticket(desk: Desk, participation: Participation, customer: Person) -> Ticket:
    """Return the customer's ticket."""
    made = factories.make_ticket(desk, customer, "Where is the list?")
    desk.commit()
    return made


def fresh(desk: Desk, number: int = 1) -> Feedback:
    desk.session.expire_all()
    found = queries.feedback(desk, number)
    # Let go of the database, so that the browser can write.
    desk.commit()
    return found


def test_page_shows_what_was_told(
    browser: FlaskClient, give: Give, add_build: AddBuild, ticket: Ticket
) -> None:
    add_build("5.1", date(2026, 3, 9))
    give(
        kind="defect",
        severity="blocker",
        title="Lost",
        text="A pallet <b>is</b> gone.",
        area="Stock",
        ticket_id=ticket.id,
    )
    page = browser.get(PAGE).text
    words = ("Lost", "A pallet &lt;b&gt;is", "Defect", "Blocker", "Kunde GmbH", "Karla Kundin")
    assert [word in page for word in words] == [True] * len(words)
    more = ("Conversation", "5.1", "Stock", f"#{ticket.number}", "unanswered", ">New<")
    assert [word in page for word in more] == [True] * len(more)


def test_page_of_no_feedback_is_not_there(browser: FlaskClient) -> None:
    assert browser.get(PAGE).status_code == 404


def test_steps_are_buttons(desk: Desk, browser: FlaskClient, give: Give) -> None:
    give()
    page = browser.get(PAGE).text
    offered = [f'value="{state}"' in page for state in states.TITLES]
    assert offered == [False, True, True, True, False]
    answer = browser.post(f"{PAGE}/step", data={"state": "accepted"}, follow_redirects=True)
    assert "Where is the list?: Accepted." in answer.text
    assert (fresh(desk).state, "Resolve" in answer.text) == ("accepted", True)


@pytest.mark.parametrize("state", ["lost", "duplicate", ""])
def test_step_that_is_none_is_refused(
    desk: Desk, browser: FlaskClient, give: Give, state: str
) -> None:
    give()
    answer = browser.post(f"{PAGE}/step", data={"state": state}, follow_redirects=True)
    assert "the allowed steps are: “Accepted”" in answer.text
    assert fresh(desk).state == "new"


def test_defect_by_mail_is_not_accepted_before_its_severity_is_known(
    desk: Desk, browser: FlaskClient, give: Give
) -> None:
    give(kind="defect", channel="mail")
    answer = browser.post(f"{PAGE}/step", data={"state": "accepted"}, follow_redirects=True)
    assert "Say how severe the defect is." in answer.text
    sent = {"kind": "defect", "severity": "minor", "area": "", "build_id": ""}
    assert browser.post(f"{PAGE}/edit", data=sent).location == PAGE
    browser.post(f"{PAGE}/step", data={"state": "accepted"})
    assert (fresh(desk).state, fresh(desk).severity) == ("accepted", "minor")


def test_triage_form_begins_with_what_is_known_and_keeps_what_is_typed(
    desk: Desk, browser: FlaskClient, give: Give, add_build: AddBuild
) -> None:
    build = add_build("5.0")
    give(kind="wish", area="Stock", build_id=build.id)
    page = browser.get(f"{PAGE}/edit").text
    marks = ('selected value="wish"', 'value="Stock"', f'selected value="{build.id}"')
    assert [mark in page for mark in marks] == [True, True, True]
    sent = {"kind": "defect", "severity": "", "area": "Shelf", "build_id": ""}
    answer = browser.post(f"{PAGE}/edit", data=sent)
    assert (answer.status_code, "Say how severe the defect is." in answer.text) == (422, True)
    assert 'value="Shelf"' in answer.text
    assert fresh(desk).kind == "wish"


# ----------------------------------------------------------------------------------- duplicates


def test_duplicate_is_marked_and_both_pages_say_so(
    desk: Desk, browser: FlaskClient, give: Give
) -> None:
    give(title="first"), give(title="second")
    answer = browser.post("/pilot_service/feedback/2/duplicate", data={"original_id": "1"})
    assert (answer.status_code, fresh(desk, 2).duplicate_of_id) == (302, 1)
    assert "Duplicate of" in browser.get("/pilot_service/feedback/2").text
    first = browser.get(PAGE).text
    assert 'href="/pilot_service/feedback/2"><bdi>second</bdi>' in first
    assert "Answer the duplicates, too" in first


def test_choice_that_is_none_is_no_duplicate(desk: Desk, browser: FlaskClient, give: Give) -> None:
    give(), give()
    answer = browser.post(f"{PAGE}/duplicate", data={"original_id": "1"})
    assert (answer.status_code, "Not a valid choice." in answer.text) == (422, True)
    assert fresh(desk).state == "new"


def test_duplicate_that_is_refused_says_why(desk: Desk, browser: FlaskClient, give: Give) -> None:
    give(), give()
    service.move(desk, fresh(desk), states.RESOLVED)
    desk.commit()
    answer = browser.post(f"{PAGE}/duplicate", data={"original_id": "2"})
    assert (answer.status_code, "the allowed steps are" in answer.text) == (422, True)


# -------------------------------------------------------------------------------------- ticket


def test_ticket_is_linked_by_number_and_unlinked(
    desk: Desk, browser: FlaskClient, give: Give, ticket: Ticket
) -> None:
    give()
    assert browser.post(f"{PAGE}/ticket", data={"number": ticket.number}).location == PAGE
    assert fresh(desk).ticket_id == ticket.id
    answer = browser.post(f"{PAGE}/ticket/remove", follow_redirects=True)
    assert "The ticket is no longer linked." in answer.text
    assert fresh(desk).ticket_id is None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("99999", "There is no ticket 99999 here."),
        ("x", "Not a valid integer value."),
        ("", "This field is required."),
        ("9" * 30, "Number must be between 1 and 2000000000."),
    ],
)
def test_number_of_no_ticket_is_refused_and_stands_there_again(
    desk: Desk, browser: FlaskClient, give: Give, number: str, sentence: str
) -> None:
    give()
    answer = browser.post(f"{PAGE}/ticket", data={"number": number})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{number}"' in answer.text
    assert fresh(desk).ticket_id is None


def test_ticket_of_a_team_that_keeps_to_itself_is_not_linked(
    desk: Desk, browser: FlaskClient, give: Give, ticket: Ticket, contact: Person
) -> None:
    give()
    board = factories.make_team(desk, "Board", contact)
    factories.change_ticket(desk, ticket, team_id=board.id, owner_id=None)
    desk.session.get_one(Team, board.id).is_restricted = True
    desk.commit()
    answer = browser.post(f"{PAGE}/ticket", data={"number": ticket.number})
    assert f"There is no ticket {ticket.number} here." in answer.text


# ------------------------------------------------------------------------------------- answering


def test_answer_is_given_and_said_where_it_stands(
    desk: Desk, browser: FlaskClient, give: Give, ticket: Ticket
) -> None:
    give(ticket_id=ticket.id)
    answer = browser.post(f"{PAGE}/answer", data={"body": SAID}, follow_redirects=True)
    assert f"The answer stands on ticket {ticket.number}." in answer.text
    assert (fresh(desk).answer, "unanswered" in answer.text) == (SAID, False)


def test_answer_to_all_names_each_ticket_and_whom_it_did_not_reach(
    desk: Desk, browser: FlaskClient, give: Give, ticket: Ticket, customer: Person
) -> None:
    second = factories.make_ticket(desk, customer)
    give(ticket_id=ticket.id), give(ticket_id=second.id), give(person_id=None)
    for number in (2, 3):
        service.mark_duplicate(desk, fresh(desk, number), 1)
    desk.commit()
    sent = {"body": SAID, "has_duplicates": "y"}
    page = browser.post(f"{PAGE}/answer", data=sent, follow_redirects=True).text
    assert f"The answer stands on the tickets {ticket.number}, {second.number}." in page
    assert "Of one feedback nobody is known who could read it" in page
    assert [fresh(desk, number).answer for number in (1, 2, 3)] == [SAID] * 3


@pytest.mark.parametrize("body", ["", "  "])
def test_empty_answer_is_refused(
    desk: Desk, browser: FlaskClient, give: Give, ticket: Ticket, body: str
) -> None:
    give(ticket_id=ticket.id)
    assert browser.post(f"{PAGE}/answer", data={"body": body}).status_code == 422
    assert fresh(desk).answered_at is None


def test_refused_answer_stands_there_again(
    desk: Desk, browser: FlaskClient, give: Give, ticket: Ticket, contact: Person
) -> None:
    give(ticket_id=ticket.id)
    board = factories.make_team(desk, "Board", contact)
    factories.change_ticket(desk, ticket, team_id=board.id, owner_id=None)
    desk.session.get_one(Team, board.id).is_restricted = True
    desk.commit()
    answer = browser.post(f"{PAGE}/answer", data={"body": SAID})
    words = ("which is not yours to see.", f"{SAID}</textarea>")
    assert (answer.status_code, [word in answer.text for word in words]) == (422, [True, True])


def test_resolved_feedback_offers_thanks(desk: Desk, browser: FlaskClient, give: Give) -> None:
    service.move(desk, give(), states.RESOLVED)
    desk.commit()
    assert "thank you for your feedback “Where is the list?”." in browser.get(PAGE).text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "It opens a ticket for Karla Kundin, and the customer reads it."),
        ({"person_id": None}, "Nobody is known who could read it: the answer is only kept here."),
    ],
)
def test_page_says_whom_the_answer_reaches(
    browser: FlaskClient, give: Give, given: dict[str, Any], sentence: str
) -> None:
    give(**given)
    assert sentence in browser.get(PAGE).text


# ------------------------------------------------------------------------------------- recording


def test_conversation_is_recorded(
    desk: Desk, browser: FlaskClient, participation: Participation, customer: Person
) -> None:
    page = browser.get(RECORD).text
    assert [word in page for word in ("Kunde GmbH: Karla Kundin", "Told by")] == [True, True]
    sent = {
        "participation_id": str(participation.id),
        "person_id": str(customer.id),
        "kind": "praise",
        "severity": "",
        "title": "Quick",
        "text": "Said at the fair.",
        "area": "",
        "build_id": "",
    }
    assert browser.post(RECORD, data=sent).location == PAGE
    row = fresh(desk)
    assert (row.title, row.channel, row.person) == ("Quick", "agent", customer)
    assert row.participation_id == participation.id


def test_conversation_that_does_not_fit_stands_there_again(
    desk: Desk, browser: FlaskClient, participation: Participation
) -> None:
    sent = {"participation_id": "1", "kind": "defect", "title": "Lost", "person_id": ""}
    answer = browser.post(RECORD, data=sent | {"severity": "", "build_id": "", "area": ""})
    assert (answer.status_code, "Say how severe" in answer.text) == (422, True)
    assert ('value="Lost"' in answer.text, queries.of_programme(desk, 1)) == (True, [])


def ticket_form(**given: str) -> dict[str, str]:
    fields = {"programme_id": "1", "kind": "wish", "severity": "", "title": "Faster", "text": ""}
    return fields | {"area": "", "build_id": ""} | given


def test_ticket_is_recorded(
    desk: Desk, browser: FlaskClient, ticket: Ticket, customer: Person
) -> None:
    path = f"/pilot_service/tickets/{ticket.number}/feedback"
    assert 'value="Where is the list?"' in browser.get(path).text
    assert browser.post(path, data=ticket_form()).location == PAGE
    row = fresh(desk)
    assert (row.title, row.channel, row.person) == ("Faster", "ticket", customer)
    assert (row.ticket, row.participation_id) == (ticket, 1)


def test_ticket_of_who_takes_no_part_is_recorded_for_a_programme_of_its_product(
    desk: Desk,
    browser: FlaskClient,
    programme: Programme,
    other_programme: Programme,
    stranger: Person,
) -> None:
    ticket = factories.make_ticket(desk, stranger, product_id=programme.product_id)
    desk.commit()
    path = f"/pilot_service/tickets/{ticket.number}/feedback"
    page = browser.get(path).text
    assert [word in page for word in ("Lagerwerk 5", "Lagerwerk 6")] == [True, True]
    browser.post(path, data=ticket_form(programme_id=str(other_programme.id)))
    row = fresh(desk)
    assert (row.programme_id, row.participation_id) == (other_programme.id, None)
    assert (row.person, queries.customer(row)) == (stranger, row.ticket and row.ticket.organisation)


def test_build_of_the_other_programme_is_refused(
    desk: Desk,
    browser: FlaskClient,
    add_build: AddBuild,
    programme: Programme,
    other_programme: Programme,
    stranger: Person,
) -> None:
    build = add_build("5.0")
    ticket = factories.make_ticket(desk, stranger, product_id=programme.product_id)
    desk.commit()
    sent = ticket_form(programme_id=str(other_programme.id), build_id=str(build.id))
    path = f"/pilot_service/tickets/{ticket.number}/feedback"
    assert "Lagerwerk 5: 5.0" in browser.get(path).text
    answer = browser.post(path, data=sent)
    assert (answer.status_code, "belongs to another programme" in answer.text) == (422, True)


def test_ticket_of_another_product_tells_nothing_of_the_pilot(
    desk: Desk, browser: FlaskClient, participation: Participation, stranger: Person
) -> None:
    ticket = factories.make_ticket(desk, stranger)
    desk.commit()
    paths = [f"/pilot_service/tickets/{number}/feedback" for number in (ticket.number, 99999)]
    assert [browser.get(path).status_code for path in paths] == [404, 404]


def test_page_costs_the_same_however_much_there_is(
    core: Core, desk: Desk, browser: FlaskClient, give: Give, customer: Person
) -> None:
    give()
    counts = []
    for _time in range(2):
        with recorded(core.engine) as statements:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(statements))
        for number in range(4):
            ticket = factories.make_ticket(desk, customer)
            other = give(title=f"No. {_time}{number}", ticket_id=ticket.id)
            service.mark_duplicate(desk, other, 1)
        desk.commit()
    assert counts == [counts[0]] * 2
