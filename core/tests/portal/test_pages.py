# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the customers' pages show: titles, systems, further pages, and addresses by both ways."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tresen.desk import Actor, Core, Desk
from tresen.people.models import Person
from tresen.portal import pages, queries
from tresen.portal import states as portal_states
from tresen.products.models import ProductVersion
from tresen.testing import factories
from tresen.testing.statements import recorded, walks
from tresen.tickets import links, service, states
from tresen.tickets.models import Participant, Ticket
from tresen.tickets.records import NewMessage
from tresen.tickets.service import SUBJECT_LIMIT

SignIn = Callable[[Person], FlaskClient]
WALK = "SELECT id FROM message WHERE body = 'x'"
GERMAN = {
    "new": "Eingegangen",
    "open": "In Arbeit",
    "waiting_customer": "Wartet auf Sie",
    "waiting_third_party": "In Arbeit",
    "waiting_internal": "In Arbeit",
    "solved": "Gelöst",
    "closed": "Geschlossen",
}


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


def titles(desk: Desk, person: Person | None) -> list[str]:
    return [str(choice.label) for choice in pages.installations(desk, person)]


def speak(desk: Desk, person: Person, language: str) -> None:
    desk.session.get_one(Person, person.id).language = language
    desk.commit()


def own(desk: Desk, person: Person, **more: Any) -> None:
    """Let the customer act at the desk."""
    grants = frozenset({"portal.use"})
    desk.actor = Actor(person.name, "customer", person.id, person.organisation_id, grants, **more)


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize(
    ("addresses", "start"),
    [
        (
            pages.Addresses(number=10001),
            "/requests/10001",
        ),
        (
            pages.Addresses(token="t"),
            "/requests/by-link/t",
        ),
    ],
    ids=["by account", "by link"],
)
def test_addresses_keep_to_the_way_one_came(addresses: pages.Addresses, start: str) -> None:
    said = [addresses.reply, addresses.settle, addresses.file("f"), addresses.frame(3)]
    ends = ("", "/settle", "/files/f", "/messages/3/frame")
    assert said == [f"{start}{end}" for end in ends]


@pytest.mark.usefixtures("request_context")
def test_following_request_is_reached_by_account_only(ticket: Ticket) -> None:
    places = [pages.Addresses(number=1).of(ticket), pages.Addresses(token="t").of(ticket)]
    assert places == [f"/requests/{ticket.number}", "/requests/by-link/t"]


def test_visitor_and_person_of_no_organisation_choose_no_system(desk: Desk) -> None:
    alone = factories.make_person(desk, "Nora", "nora@neu.example")
    assert [titles(desk, None), titles(desk, alone)] == [["Not sure, or another one"]] * 2


def test_systems_are_called_by_product_version_and_name(desk: Desk, customer: Person) -> None:
    product = factories.make_product(desk)
    version = ProductVersion(product_id=product.id, number="4.2")
    desk.session.add(version)
    places = [
        factories.make_installation(desk, customer.organisation_id or 0, product)
        for _number in range(3)
    ]
    desk.session.flush()
    places[1].version_id = version.id
    places[2].version_id, places[2].name = version.id, "srv-lager"
    desk.session.flush()
    assert titles(desk, customer) == [
        "Not sure, or another one",
        "Lagerwerk",
        "Lagerwerk 4.2",
        "Lagerwerk 4.2 (srv-lager)",
    ]


def test_every_state_of_a_ticket_means_something_to_its_customer() -> None:
    assert list(portal_states.TITLES) == list(states.STEPS)


@pytest.mark.parametrize("state", list(states.STEPS))
def test_state_is_said_in_the_customers_words(
    desk: Desk, ticket: Ticket, customer: Person, sign_in: SignIn, state: str
) -> None:
    if state != states.NEW:
        service.change(desk, ticket, {"state": state})
    speak(desk, customer, "de")
    browser = sign_in(customer)
    shown = [browser.get(path).text for path in ("/", f"/requests/{ticket.number}")]
    assert [GERMAN[state] in page for page in shown] == [True, True]


@pytest.mark.parametrize("state", list(states.STEPS))
def test_only_what_is_not_ended_can_be_settled(
    desk: Desk, ticket: Ticket, customer: Person, sign_in: SignIn, state: str
) -> None:
    if state != states.NEW:
        service.change(desk, ticket, {"state": state})
    desk.commit()
    page = sign_in(customer).get(f"/requests/{ticket.number}").text
    assert ("My question is answered" in page) == (state not in states.ENDED)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["Ihre Anfragen", "Beschreiben Sie Ihr Anliegen", "Noch keine Anfragen"]),
        ("de@du", ["Deine Anfragen", "Beschreibe dein Anliegen", "Noch keine Anfragen"]),
        ("en", ["Your requests", "Describe what you need", "No requests yet"]),
    ],
)
def test_front_page_speaks_as_the_customer_chose(
    desk: Desk, customer: Person, sign_in: SignIn, language: str, words: list[str]
) -> None:
    speak(desk, customer, language)
    page = sign_in(customer).get("/").text
    assert [word in page for word in words] == [True] * 3
    assert f'<html lang="{language.partition("@")[0]}"' in page


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A ticket that is Closed cannot become Solved."),
        ("de", "Ein Ticket im Status „Geschlossen“ kann nicht in den Status „Gelöst“ wechseln."),
    ],
)
def test_refusal_is_said_in_the_customers_language(
    desk: Desk, ticket: Ticket, customer: Person, sign_in: SignIn, language: str, sentence: str
) -> None:
    service.change(desk, ticket, {"state": "closed"})
    speak(desk, customer, language)
    answer = sign_in(customer).post(f"/requests/{ticket.number}/settle")
    assert (answer.status_code, sentence in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": "nobody"}, "Ungültige E-Mail-Adresse."),
        ({"address": ""}, "Dieses Feld wird benötigt."),
        ({"website": "spam"}, "Bitte lassen Sie dieses Feld leer."),
        ({"subject": "x" * (SUBJECT_LIMIT + 1)}, "Feld kann nicht länger als"),
        ({"installation": "7"}, "Keine gültige Auswahl."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_visitor_reads_in_german_what_is_wrong(
    client: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    client.set_cookie("language", "de", domain="localhost")
    sent = {"subject": "Hallo", "body": "Kept words", "name": "Vera", "address": "v@v.example"}
    answer = client.post("/requests/new", data=sent | wrong)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "Kept words" in answer.text


def test_long_list_goes_on_behind_its_last_request(desk: Desk, customer: Person) -> None:
    for number in range(queries.PAGE_SIZE + 2):
        factories.make_ticket(desk, customer, f"Request {number}")
    own(desk, customer)
    first = queries.requests(desk, is_own=True)
    second = queries.requests(desk, is_own=True, before=first[queries.PAGE_SIZE - 1].id)
    assert len(first) == queries.PAGE_SIZE + 1
    assert [row.subject for row in second] == ["Request 1", "Request 0"]


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize(("count", "is_more"), [(50, False), (51, True)])
def test_page_leads_on_only_when_there_is_more(
    desk: Desk, customer: Person, count: int, is_more: bool
) -> None:
    for _number in range(count):
        factories.make_ticket(desk, customer)
    own(desk, customer)
    found = pages.requests_page(desk, "mine", None)
    assert (len(found["requests"]), found["more_url"] is not None) == (50, is_more)


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize("sees", [True, False])
def test_choice_of_scope_is_shown_to_who_has_it(desk: Desk, customer: Person, sees: bool) -> None:
    own(desk, customer, sees_organisation=sees)
    found = pages.requests_page(desk, "mine", None)["scope_urls"]
    both = {"mine": "/", "organisation": "/?scope=organisation"}
    assert found == (both if sees else None)


def test_message_that_waits_to_be_taken_back_is_not_shown_yet(
    desk: Desk, ticket: Ticket, customer: Person
) -> None:
    new = NewMessage("Not so fast.", "web", author_name="Anna")
    made = service.add_message(desk, ticket, new)
    made.held_until = desk.ago(seconds=-10)
    own(desk, customer)
    desk.session.flush()
    assert [message.body for message, _html in queries.public_messages(desk, ticket)] == [
        "It was fine yesterday."
    ]
    made.held_until = desk.now()
    desk.session.flush()
    assert len(queries.public_messages(desk, ticket)) == 2


# Where a customer is signed in: the statements of a page, however much there is; one of them is the
# operator's look, and one of the start page's the person whom panels are about.
STATEMENTS = {"/": 4, "/requests/10001": 5, "/requests/new": 4}


@pytest.mark.parametrize("path", list(STATEMENTS))
def test_pages_cost_the_same_however_much_there_is(
    desk: Desk, core: Core, customer: Person, sign_in: SignIn, path: str
) -> None:
    product = factories.make_product(desk)
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    browser, counts = sign_in(customer), []
    for _time in range(2):
        with recorded(core.engine) as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
        for number in range(5):
            factories.make_ticket(desk, customer)
            other = factories.make_customer(desk, "Otto", f"{_time}{number}@kunde.example")
            beside = factories.make_ticket(desk, other)
            desk.session.add(Participant(ticket_id=beside.id, person_id=customer.id))
            factories.make_installation(desk, customer.organisation_id or 0, product)
            service.add_message(desk, ticket, NewMessage(f"No. {number}", "web", is_inbound=True))
        desk.commit()
    # A plugin may ask once for each panel, of which it has two on the average at the most.
    allowed = STATEMENTS[path] + (2 * len(core.plugins.taken_in) if path == "/" else 0)
    assert counts[0] == counts[1]
    assert STATEMENTS[path] <= counts[0] <= allowed
    assert walks(core.engine, statements, filled=0) == []
    # And it would say so, few as the rows are.
    assert walks(core.engine, [(WALK, ())], filled=0) == [f"message: {WALK}"]


def test_link_leads_back_nowhere_and_account_to_the_list(
    desk: Desk, ticket: Ticket, customer: Person, client: FlaskClient, sign_in: SignIn
) -> None:
    path = links.ticket_link(desk, ticket.id, customer.id).removeprefix("http://127.0.0.1:8080")
    crumb = 'class="crumbs"'
    shown = [client.get(path).text, sign_in(customer).get(f"/requests/{ticket.number}").text]
    assert [crumb in page for page in shown] == [False, True]
