# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of a ticket: what it shows, what it folds, and to whom it is nothing at all."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.files import service as files
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import service
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def browser(sign_in: SignIn, agent: Person) -> FlaskClient:
    return sign_in(agent)


def page(browser: FlaskClient, ticket: Ticket, query: str = "") -> str:
    answer = browser.get(f"/tickets/{ticket.number}{query}")
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    """Return what a reader sees of the markup, on one line."""
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_page_names_requester_and_organisation(browser: FlaskClient, ticket: Ticket) -> None:
    shown = page(browser, ticket)
    assert ["Karla Kundin" in shown, "Kunde GmbH" in shown, "karla@kunde.example" in shown] == [
        True,
        True,
        True,
    ]


def test_note_is_marked_as_internal(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    service.add_message(desk, ticket, NewMessage("For us only", "web", kind="note"))
    desk.commit()
    note = page(browser, ticket).partition("message-note")[2].partition("</article>")[0]
    assert ("Internal note" in note, "For us only" in note) == (True, True)


def test_change_stands_between_the_messages_as_a_sentence(
    browser: FlaskClient, desk: Desk, ticket: Ticket, agent: Person, clock: SteppedClock
) -> None:
    clock.go(minutes=5)
    service.change(desk, ticket, {"owner_id": agent.id, "state": "open", "priority": 4})
    clock.go(minutes=5)
    service.add_message(desk, ticket, NewMessage("Done", "web"))
    desk.commit()
    shown = words(page(browser, ticket))
    assert [
        sentence in shown
        for sentence in (
            "Tresen assigned the ticket to Anna Agent",
            "Tresen changed the state from New to Open",
            "Tresen changed the priority from Normal to Critical",
        )
    ] == [True, True, True]
    assert shown.index("changed the state") < shown.index("Done")


def test_markup_in_names_and_subjects_stays_text(
    browser: FlaskClient, desk: Desk, ticket: Ticket, customer: Person
) -> None:
    customer.name = "<b>Karla</b>"
    service.change(desk, ticket, {"subject": "<script>alert(1)</script>"})
    service.add_tags(desk, ticket, ("<i>",))
    desk.commit()
    shown = page(browser, ticket)
    assert [mark in shown for mark in ("<b>Karla", "<script>alert", "<i>")] == [False] * 3


def test_number_of_a_visible_ticket_becomes_a_link(
    browser: FlaskClient, desk: Desk, ticket: Ticket, customer: Person, administrator: Person
) -> None:
    team = people.add_team(desk, "Personnel", [administrator], is_restricted=True)
    other = factories.make_ticket(desk, customer)
    hidden = factories.make_ticket(desk, customer, team_id=team.id)
    body = f"See #{other.number}, #{hidden.number} and #99999."
    service.add_message(desk, ticket, NewMessage(body, "web"))
    desk.commit()
    linked = re.findall(r'<a href="/tickets/(\d+)"[^>]*>#', page(browser, ticket))
    assert linked == [str(other.number)]


def test_long_thread_shows_its_end_and_the_way_back(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    for number in range(30):
        service.add_message(desk, ticket, NewMessage(f"Message {number}.", "web", kind="note"))
    desk.commit()
    shown = page(browser, ticket)
    earlier = re.search(r'href="[^"]*(\?before=\d+)".*?Show (\d+) earlier messages', shown)
    assert earlier is not None
    before = page(browser, ticket, earlier[1])
    assert (
        earlier[2],
        "Message 29." in shown,
        "Message 9." in shown,
        "Message 9." in before,
        "It was fine yesterday." in before,
    ) == ("11", True, False, True, True)


def test_draft_comes_back(browser: FlaskClient, ticket: Ticket) -> None:
    form = {"kind": "note", "body": "Half a thought"}
    kept = browser.post(f"/tickets/{ticket.number}/draft", data=form)
    assert (kept.status_code, "Half a thought" in page(browser, ticket)) == (204, True)


def test_empty_draft_is_forgotten(browser: FlaskClient, ticket: Ticket) -> None:
    for body in ("Half a thought", " "):
        browser.post(f"/tickets/{ticket.number}/draft", data={"body": body})
    assert "Half a thought" not in page(browser, ticket)


def test_presence_shows_the_other_one(
    ticket: Ticket, sign_in: SignIn, agent: Person, administrator: Person, clock: SteppedClock
) -> None:
    here, there = sign_in(agent), sign_in(administrator)
    address = f"/tickets/{ticket.number}/presence"
    there.post(address)
    looking = words(here.post(address).text)
    there.post(f"/tickets/{ticket.number}/draft", data={"body": "I see"})
    writing = words(here.post(address).text)
    clock.go(minutes=2)
    alone = words(here.post(address).text)
    assert (looking, writing, alone) == ("Ada Admin is looking", "Ada Admin is writing", "")


def test_presence_tells_of_a_change(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    seen = ticket.revision
    service.change(desk, ticket, {"state": "open"})
    desk.commit()
    answer = browser.post(f"/tickets/{ticket.number}/presence", data={"revision": seen})
    assert words(answer.text) == "The ticket changed. Show it."


def test_reading_moves_the_mark(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    first = "is-new" in page(browser, ticket)
    last = service.add_message(desk, ticket, NewMessage("More", "web", is_inbound=True))
    desk.commit()
    browser.post(f"/tickets/{ticket.number}/presence", data={"seen": last.id})
    assert (first, "is-new" in page(browser, ticket)) == (True, False)


def test_other_reply_address_is_shown(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    mail = NewMessage(
        "Answer me there",
        "mail",
        is_inbound=True,
        author_address="karla@kunde.example",
        recipients={"reply_to": ["else@where.example"]},
    )
    service.add_message(desk, ticket, mail)
    desk.commit()
    shown = page(browser, ticket)
    assert ("asks for answers to another address" in shown, "else@where.example" in shown) == (
        True,
        True,
    )


@pytest.mark.parametrize("path", ["", "/presence", "/change", "/messages", "/draft", "/take"])
def test_restricted_team_s_ticket_is_not_there(
    browser: FlaskClient, desk: Desk, customer: Person, administrator: Person, path: str
) -> None:
    team = people.add_team(desk, "Personnel", [administrator], is_restricted=True)
    hidden = factories.make_ticket(desk, customer, team_id=team.id)
    desk.commit()
    ask = browser.post if path else browser.get
    assert ask(f"/tickets/{hidden.number}{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "new", "10001", "list.csv", "people"])
def test_customers_never_come_here(
    ticket: Ticket, customer: Person, sign_in: SignIn, path: str
) -> None:
    assert sign_in(customer).get(f"/tickets/{path}").status_code == 403


@pytest.mark.parametrize("path", ["", "new", "10001", "list.csv", "people"])
def test_nobody_is_asked_to_sign_in(ticket: Ticket, client: FlaskClient, path: str) -> None:
    answer = client.get(f"/tickets/{path}")
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in")


@pytest.fixture
def mail_file(desk: Desk, ticket: Ticket) -> str:
    """Return the public name of a web page that came with a mail."""
    file = files.store_file(desk, "page.html", "text/html", b"<script>alert(1)</script>")
    mail = NewMessage(
        "See the file",
        "mail",
        is_inbound=True,
        html='<p onclick="x()">Hello <img src="https://track.example/1.png"></p>',
        files=((file.id, ""),),
    )
    service.add_message(desk, ticket, mail)
    desk.commit()
    return file.public_id


def test_file_is_handed_out_as_a_download(
    browser: FlaskClient, ticket: Ticket, mail_file: str
) -> None:
    answer = browser.get(f"/tickets/{ticket.number}/files/{mail_file}?show=1")
    assert (
        answer.status_code,
        answer.headers["Content-Type"],
        answer.headers["Content-Disposition"],
        answer.headers["X-Content-Type-Options"],
    ) == (200, "application/octet-stream", "attachment; filename=page.html", "nosniff")


def test_file_of_another_ticket_is_not_there(
    browser: FlaskClient, desk: Desk, customer: Person, mail_file: str
) -> None:
    other = factories.make_ticket(desk, customer)
    desk.commit()
    answer = browser.get(f"/tickets/{other.number}/files/{mail_file}")
    assert answer.status_code == 404


def test_mail_s_html_stands_in_a_frame_of_its_own(
    browser: FlaskClient, ticket: Ticket, mail_file: str
) -> None:
    shown = page(browser, ticket)
    address = re.search(r'src="(/tickets/\d+/messages/\d+/frame)"', shown)
    assert address is not None
    frame = browser.get(address[1])
    assert (
        "onclick" in frame.text,
        "track.example" in frame.text,
        "sandbox" in frame.headers["Content-Security-Policy"],
    ) == (False, False, True)


def test_remote_images_come_by_us_when_asked_for(
    browser: FlaskClient, ticket: Ticket, mail_file: str
) -> None:
    address = re.search(r"/tickets/\d+/messages/\d+/frame", page(browser, ticket))
    assert address is not None
    frame = browser.get(f"{address[0]}?images=1").text
    assert ("https://track.example" in frame, "/files/remote/" in frame) == (False, True)


def test_nothing_chosen_is_said_in_the_gender_of_what_is_chosen(
    browser: FlaskClient, ticket: Ticket
) -> None:
    browser.set_cookie("language", "de")
    shown = re.search(r'<select[^>]*name="product".*?</select>', page(browser, ticket), re.DOTALL)
    assert shown is not None
    assert re.findall(r"<option[^>]*>(Kein\w*)<", shown[0]) == ["Keins"]
