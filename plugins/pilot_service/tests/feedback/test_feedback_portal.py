# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers give feedback while they take part, and read what became of their own, no others'."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Core, Desk, Message, NewMessage, Organisation, Person, Ticket, add_message
from tresen.testing import factories
from tresen.testing.statements import recorded, walks
from tresen_pilot_service import service as pilots
from tresen_pilot_service import steps
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import queries, service, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, PilotTicket, Programme

Give = Callable[..., Feedback]
AddBuild = Callable[..., Build]
SignIn = Callable[[Person], FlaskClient]
PAGE = "/pilot_service/portal/1"
FORM = f"{PAGE}/feedback/new"


@pytest.fixture
def browser(participation: Participation, customer: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of the customer, who takes part."""
    return sign_in(customer)


def filled(**given: str) -> dict[str, str]:
    fields = {"kind": "defect", "severity": "major", "title": "Lost", "text": "A pallet is gone."}
    return fields | {"area": "Stock", "build_id": ""} | given


def test_page_leads_to_the_form(browser: FlaskClient) -> None:
    page = browser.get(PAGE).text
    assert [f'href="{FORM}"' in page, "Nothing yet." in page] == [True, True]


def test_form_begins_with_the_build_that_is_tried(
    browser: FlaskClient, add_build: AddBuild
) -> None:
    add_build("5.0", date(2026, 3, 2))
    newest = add_build("5.1", date(2026, 3, 9))
    add_build("5.9")
    page = browser.get(FORM).text
    marks = (f'selected value="{newest.id}">5.1<', ">5.0<", ">5.9<")
    assert [mark in page for mark in marks] == [True, True, False]


def test_form_without_builds_asks_for_none(browser: FlaskClient) -> None:
    assert 'name="build_id"' not in browser.get(FORM).text


def test_feedback_opens_a_ticket_that_goes_to_the_contact(
    desk: Desk, browser: FlaskClient, customer: Person, contact: Person, programme: Programme
) -> None:
    answer = browser.post(FORM, data=filled())
    assert (answer.status_code, answer.location) == (302, PAGE)
    (row,) = queries.of_programme(desk, programme.id)
    ticket = desk.session.scalars(select(Ticket)).one()
    assert (row.kind, row.severity, row.title) == ("defect", "major", "Lost")
    assert (row.text, row.area, row.channel) == ("A pallet is gone.", "Stock", "portal")
    assert (row.person, row.ticket, row.participation_id) == (customer, ticket, 1)
    assert (ticket.subject, ticket.channel, ticket.owner_id) == ("Lost", "web", contact.id)
    assert (ticket.requester_id, ticket.product_id) == (customer.id, programme.product_id)
    assert desk.session.get_one(PilotTicket, ticket.id).participation_id == 1
    message = desk.session.scalars(select(Message)).one()
    assert (message.body, message.author_id, message.is_inbound) == (row.text, customer.id, True)


def test_customer_is_thanked_and_finds_it_in_the_list(browser: FlaskClient) -> None:
    page = browser.post(FORM, data=filled(), follow_redirects=True).text
    assert "Thank you for your feedback. We answer it under the number 10001." in page
    words = ("Your feedback", "Lost", "Defect", "Major", ">New<", "Not answered yet.")
    assert [word in page for word in words] == [True] * len(words)
    assert 'href="/requests/10001"' in page


def test_feedback_without_a_text_says_its_title(desk: Desk, browser: FlaskClient) -> None:
    browser.post(FORM, data=filled(kind="praise", severity="", title="Quick now", text=""))
    assert desk.session.scalars(select(Message)).one().body == "Quick now"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"severity": ""}, "Say how severe the defect is."),
        ({"kind": "shout"}, "Not a valid choice."),
        ({"title": ""}, "This field is required."),
        ({"title": "   "}, "Say in a few words what it is about."),
        ({"title": "x" * 201}, "Field cannot be longer than 200 characters."),
        ({"build_id": "99"}, "Not a valid choice."),
    ],
)
def test_feedback_that_does_not_fit_stands_there_again(
    desk: Desk, browser: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    answer = browser.post(FORM, data=filled(**wrong))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "A pallet is gone.</textarea>" in answer.text
    assert (queries.of_programme(desk, 1), desk.session.scalars(select(Ticket)).all()) == ([], [])


def test_build_that_the_ring_never_got_is_refused(
    browser: FlaskClient, add_build: AddBuild
) -> None:
    add_build("5.0", date(2026, 3, 2))
    secret = add_build("6.0")
    answer = browser.post(FORM, data=filled(build_id=str(secret.id)))
    assert (answer.status_code, "Not a valid choice." in answer.text) == (422, True)


def test_whole_organisation_gives_and_reads(
    desk: Desk, browser: FlaskClient, colleague: Person, sign_in: SignIn
) -> None:
    other = sign_in(colleague)
    other.post(FORM, data=filled(title="From a colleague"))
    pages = [each.get(PAGE).text for each in (browser, other)]
    assert ["From a colleague" in page for page in pages] == [True, True]
    assert ["Kai Kollege" in page for page in pages] == [True, True]
    # The request of a colleague opens only to who may see it.
    assert ['href="/requests/10001"' in page for page in pages] == [False, True]


def test_who_sees_the_organisations_requests_is_led_to_a_colleagues(
    desk: Desk, browser: FlaskClient, customer: Person, colleague: Person, sign_in: SignIn
) -> None:
    sign_in(colleague).post(FORM, data=filled())
    desk.session.get_one(Person, customer.id).sees_organisation = True
    desk.commit()
    assert 'href="/requests/10001"' in browser.get(PAGE).text
    assert browser.get("/requests/10001").status_code == 200


def test_answer_stands_in_the_list(desk: Desk, browser: FlaskClient, give: Give) -> None:
    row = give()
    service.move(desk, row, states.RESOLVED)
    row.answer, row.answered_at = "It stands under <Stock>.", desk.now()
    desk.commit()
    page = browser.get(PAGE).text
    words = ("It stands under &lt;Stock&gt;.", ">Resolved<", "Not answered yet.")
    assert [word in page for word in words] == [True, True, False]


def test_answer_on_the_ticket_is_said_and_no_internal_note(
    desk: Desk, browser: FlaskClient, give: Give, customer: Person, contact: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    give(ticket_id=ticket.id)
    note = NewMessage("He is difficult.", "web", kind="note", author_id=contact.id)
    add_message(desk, ticket, note)
    desk.commit()
    before = browser.get(PAGE).text
    add_message(desk, ticket, NewMessage("Look there.", "web", author_id=contact.id))
    desk.commit()
    pages = (before, browser.get(PAGE).text)
    assert ["We answered on your request." in page for page in pages] == [False, True]
    assert ["difficult" in page for page in pages] == [False, False]


def test_feedback_of_another_customer_is_not_there(
    desk: Desk, give: Give, stranger: Person, sign_in: SignIn, programme: Programme
) -> None:
    give(title="A secret of ours")
    other = Participation(
        programme_id=programme.id,
        organisation_id=stranger.organisation_id,
        state=steps.ACTIVE,
        created_at=desk.now(),
    )
    desk.session.add(other)
    desk.commit()
    page = sign_in(stranger).get(f"/pilot_service/portal/{other.id}").text
    assert ["Your feedback" in page, "A secret of ours" in page] == [True, False]


@pytest.mark.parametrize("method", ["get", "post"])
def test_pilot_of_another_customer_takes_no_feedback(
    desk: Desk, browser: FlaskClient, stranger: Person, sign_in: SignIn, method: str
) -> None:
    call = getattr(sign_in(stranger), method)
    assert call(FORM, data=filled() if method == "post" else None).status_code == 404
    assert queries.of_programme(desk, 1) == []


def test_agent_gives_no_feedback_of_a_customer(
    browser: FlaskClient, agent: Person, sign_in: SignIn
) -> None:
    assert sign_in(agent).get(FORM).status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_pilot_that_is_over_takes_no_feedback_and_leads_on(
    desk: Desk, browser: FlaskClient, participation: Participation, method: str
) -> None:
    pilots.move(desk, participation, steps.FINISHED)
    desk.commit()
    call = getattr(browser, method)
    answer = call(FORM, data=filled() if method == "post" else None, follow_redirects=True)
    words = ("Feedback is given while a pilot goes on.", "This pilot is over for you")
    assert [word in answer.text for word in words] == [True, True]
    assert ('href="/requests/new"' in answer.text, FORM in answer.text) == (True, False)
    assert queries.of_programme(desk, 1) == []


def test_what_was_told_can_still_be_read_when_it_is_over(
    desk: Desk, browser: FlaskClient, give: Give, participation: Participation
) -> None:
    give(title="Lost")
    pilots.move(desk, participation, steps.FINISHED)
    desk.commit()
    assert "Lost" in browser.get(PAGE).text


def test_who_is_only_invited_is_told_when_feedback_begins(
    desk: Desk, invited: Participation, customer: Person, sign_in: SignIn
) -> None:
    page = sign_in(customer).get(PAGE).text
    wanted = ("You can give feedback as soon as you take part.", FORM)
    assert [word in page for word in wanted] == [True, False]


def test_who_agreed_gives_feedback_before_the_first_day(
    desk: Desk, invited: Participation, customer: Person, sign_in: SignIn
) -> None:
    pilots.move(desk, invited, steps.AGREED)
    desk.commit()
    assert sign_in(customer).post(FORM, data=filled()).location == PAGE
    (row,) = queries.of_programme(desk, 1)
    # Nothing counts as the pilot's yet, so the ticket goes the core's own way.
    assert (row.ticket is not None, desk.session.scalars(select(PilotTicket)).all()) == (True, [])


def test_ticket_is_about_the_installation_that_takes_part(
    desk: Desk, browser: FlaskClient, participation: Participation, programme: Programme
) -> None:
    home = desk.session.get_one(Organisation, participation.organisation_id)
    place = factories.make_installation(desk, home.id, programme.product)
    participation.installation_id = place.id
    desk.commit()
    browser.post(FORM, data=filled())
    assert desk.session.scalars(select(Ticket)).one().installation_id == place.id


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Give feedback", "Send feedback", "Usability problem")),
        ("de", ("Rückmeldung geben", "Rückmeldung senden", "Bedienproblem")),
    ],
)
def test_form_speaks_the_readers_language(
    desk: Desk, browser: FlaskClient, customer: Person, language: str, words: tuple[str, ...]
) -> None:
    customer.language = language
    desk.commit()
    page = browser.get(FORM).text
    assert [word in page for word in words] == [True] * len(words)


def test_list_costs_the_same_however_long_it_is(
    core: Core, desk: Desk, browser: FlaskClient, give: Give, customer: Person
) -> None:
    counts = []
    give(ticket_id=factories.make_ticket(desk, customer).id)
    for _time in range(2):
        with recorded(core.engine) as statements:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(statements))
        for number in range(5):
            other = factories.make_customer(desk, "Otto", f"{_time}{number}@kunde.example")
            ticket = factories.make_ticket(desk, other)
            give(person_id=other.id, ticket_id=ticket.id)
    assert counts == [counts[0]] * 2
    assert walks(core.engine, statements, filled=0) == []
