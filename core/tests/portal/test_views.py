# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers ask, follow and answer - and see nothing that is not theirs."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.files import service as files
from tresen.people import service as people
from tresen.people.models import EmailAddress, Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import links, service
from tresen.tickets.models import Message, Participant, Ticket, TicketLink
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    service.add_message(desk, made, NewMessage("Try another cable.", "web", author_name="Anna"))
    service.add_message(desk, made, NewMessage("He is difficult.", "web", kind="note"))
    desk.commit()
    return made


@pytest.fixture
def stranger(desk: Desk) -> Person:
    made = factories.make_customer(
        desk, "Sam Stranger", "sam@other.example", people.add_organisation(desk, "Other Ltd")
    )
    desk.commit()
    return made


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    made = people.add_customer(
        desk, "Kolja Kollege", "kolja@kunde.example", customer.organisation_id
    )
    desk.commit()
    return made


def path_of(link: str) -> str:
    return link.removeprefix("http://127.0.0.1:8080")


def messages(core: Core) -> list[tuple[str, bool, str]]:
    with desk_for(core) as desk:
        rows = desk.session.execute(
            select(Message.body, Message.is_inbound, Message.author_name).order_by(Message.id)
        )
        return [(row.body, row.is_inbound, row.author_name) for row in rows]


def test_customer_asks_and_sees_the_request(customer: Person, sign_in: SignIn) -> None:
    browser = sign_in(customer)
    answer = browser.post("/requests/new", data={"subject": "No paper", "body": "It is empty."})
    page = browser.get(answer.location).text
    assert answer.location == "/requests/10001"
    assert ("No paper" in page, "It is empty." in page, "Received" in page) == (True, True, True)


def test_list_shows_own_requests_the_latest_first(
    desk: Desk, customer: Person, stranger: Person, sign_in: SignIn
) -> None:
    for number, person in enumerate((customer, stranger, customer)):
        factories.make_ticket(desk, person, f"Subject {number}")
    desk.commit()
    page = sign_in(customer).get("/").text
    assert [f"Subject {number}" in page for number in range(3)] == [True, False, True]
    assert page.index("Subject 2") < page.index("Subject 0")


@pytest.mark.parametrize("path", ["/requests", "/requests/"])
def test_shortened_address_leads_to_the_list(customer: Person, sign_in: SignIn, path: str) -> None:
    answer = sign_in(customer).get(path, follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/")


def test_incomplete_request_says_so_and_keeps_the_text(customer: Person, sign_in: SignIn) -> None:
    answer = sign_in(customer).post("/requests/new", data={"subject": "", "body": "Kept words"})
    assert (answer.status_code, "Kept words" in answer.text) == (422, True)


def test_installation_of_the_customer_can_be_named(
    desk: Desk, core: Core, customer: Person, sign_in: SignIn
) -> None:
    product = factories.make_product(desk)
    mine = factories.make_installation(desk, customer.organisation_id or 0, product)
    desk.commit()
    data = {"subject": "x", "body": "y", "installation": str(mine.id)}
    sign_in(customer).post("/requests/new", data=data)
    with desk_for(core) as later:
        made = later.session.scalars(select(Ticket)).one()
    assert (made.installation_id, made.product_id) == (mine.id, product.id)


def test_atk_z04_installation_of_somebody_else_is_refused(
    desk: Desk, customer: Person, stranger: Person, sign_in: SignIn
) -> None:
    product = factories.make_product(desk)
    other = factories.make_installation(desk, stranger.organisation_id or 0, product)
    desk.commit()
    data = {"subject": "x", "body": "y", "installation": str(other.id)}
    assert sign_in(customer).post("/requests/new", data=data).status_code == 422


def test_atk_z02_internal_note_is_never_shown(
    ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    page = sign_in(customer).get(f"/requests/{ticket.number}").text
    assert ("Try another cable." in page, "difficult" in page) == (True, False)


@pytest.mark.parametrize("who", ["stranger", "colleague"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("POST", "/settle"), ("GET", "/messages/1/frame")],
)
def test_atk_z11_number_alone_opens_nothing(
    request: pytest.FixtureRequest,
    ticket: Ticket,
    sign_in: SignIn,
    who: str,
    method: str,
    path: str,
) -> None:
    browser = sign_in(request.getfixturevalue(who))
    answer = browser.open(f"/requests/{ticket.number}{path}", method=method, data={"body": "x"})
    assert answer.status_code == 404


def test_atk_z07_colleague_sees_when_an_administrator_said_so(
    desk: Desk, ticket: Ticket, colleague: Person, sign_in: SignIn
) -> None:
    browser = sign_in(colleague)
    before = browser.get(f"/requests/{ticket.number}").status_code
    colleague.sees_organisation = True
    desk.commit()
    after = browser.get(f"/requests/{ticket.number}").status_code
    lists = [
        ticket.subject in browser.get(f"/?scope={each}").text for each in ("mine", "organisation")
    ]
    assert (before, after, lists) == (404, 200, [False, True])


def test_participant_sees_the_request(
    desk: Desk, ticket: Ticket, stranger: Person, sign_in: SignIn
) -> None:
    service.add_participant(desk, ticket, stranger)
    desk.commit()
    assert sign_in(stranger).get(f"/requests/{ticket.number}").status_code == 200


def test_answer_is_added_and_reopens(
    desk: Desk, core: Core, ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    service.change(desk, ticket, {"state": "solved"})
    desk.commit()
    sign_in(customer).post(f"/requests/{ticket.number}", data={"body": "Still broken."})
    with desk_for(core) as later:
        state = later.session.get_one(Ticket, ticket.id).state
    assert (messages(core)[-1], state) == (("Still broken.", True, "Karla Kundin"), "open")


def test_empty_answer_is_refused(ticket: Ticket, customer: Person, sign_in: SignIn) -> None:
    answer = sign_in(customer).post(f"/requests/{ticket.number}", data={"body": " "})
    assert (answer.status_code, "The message is empty." in answer.text) == (422, True)


def test_answer_to_a_closed_request_opens_a_new_one_that_follows_it(
    desk: Desk, core: Core, ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    service.change(desk, ticket, {"state": "closed"})
    desk.commit()
    answer = sign_in(customer).post(f"/requests/{ticket.number}", data={"body": "Again!"})
    with desk_for(core) as later:
        link = later.session.scalars(select(TicketLink)).one()
    assert (answer.location, link.ticket_id, link.other_id, link.kind) == (
        "/requests/10002",
        ticket.id + 1,
        ticket.id,
        "follows",
    )


def test_customer_says_that_it_is_answered(
    desk: Desk, core: Core, ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    sign_in(customer).post(f"/requests/{ticket.number}/settle")
    with desk_for(core) as later:
        assert later.session.get_one(Ticket, ticket.id).state == "solved"


def test_file_comes_back_as_it_went_up(customer: Person, sign_in: SignIn, core: Core) -> None:
    browser = sign_in(customer)
    data = {"subject": "x", "body": "y", "files": (BytesIO(PNG), "../../dot.png")}
    page = browser.post("/requests/new", data=data, follow_redirects=True).text
    start = page.index("/requests/10001/files/")
    answer = browser.get(page[start : start + 54])
    assert (answer.data, answer.headers["Content-Disposition"].partition(";")[0]) == (
        PNG,
        "attachment",
    )


def test_atk_a04_file_of_a_note_stays_hidden(
    desk: Desk, ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    kept = files.store_file(desk, "secret.txt", "text/plain", b"secret")
    service.add_message(
        desk, ticket, NewMessage("see file", "web", kind="note", files=((kept.id, ""),))
    )
    desk.commit()
    answer = sign_in(customer).get(f"/requests/{ticket.number}/files/{kept.public_id}")
    assert answer.status_code == 404


def test_visitor_asks_without_an_account(client: FlaskClient, core: Core) -> None:
    data = {"subject": "Hello", "body": "Help", "name": "Vera", "address": "Vera@v.example"}
    page = client.post("/requests/new", data=data).text
    with desk_for(core) as desk:
        row = desk.session.execute(
            select(Person.name, EmailAddress.address, EmailAddress.proven_at).join(
                EmailAddress, EmailAddress.person_id == Person.id
            )
        ).one()
    assert ("Vera@v.example" in page, tuple(row)) == (True, ("Vera", "vera@v.example", None))


def test_atk_m01_request_in_somebodys_name_shows_the_visitor_nothing(
    client: FlaskClient, ticket: Ticket
) -> None:
    data = {"subject": "x", "body": "y", "name": "Mallory", "address": "karla@kunde.example"}
    page = client.post("/requests/new", data=data).text
    assert ("Karla" in page, "10002" in page, client.get("/requests/10002").status_code) == (
        False,
        False,
        302,
    )


def test_program_that_fills_every_field_is_refused(client: FlaskClient, core: Core) -> None:
    data = {"subject": "x", "body": "y", "name": "B", "address": "b@b.example", "website": "spam"}
    assert (client.post("/requests/new", data=data).status_code, messages(core)) == (422, [])


def test_requests_of_one_source_are_limited(client: FlaskClient, clock: SteppedClock) -> None:
    data = {"subject": "x", "body": "y", "name": "B", "address": "b@b.example"}
    codes = [client.post("/requests/new", data=data).status_code for _ in range(31)]
    clock.go(hours=1, minutes=1)
    assert (codes, client.post("/requests/new", data=data).status_code) == ([200] * 30 + [429], 200)


def test_answers_that_are_refused_count_too(
    desk: Desk, client: FlaskClient, ticket: Ticket, customer: Person, core: Core
) -> None:
    path = path_of(links.ticket_link(desk, ticket.id, customer.id))
    before = messages(core)
    pages = [client.post(path, data={"body": " "}) for _ in range(31)]
    assert [page.status_code for page in pages] == [422] * 31
    told = ["Too many attempts. Please try again in 60 minutes." in page.text for page in pages]
    assert told == [False] * 30 + [True]
    assert messages(core) == before


def test_link_opens_its_ticket_without_an_account(
    desk: Desk, core: Core, client: FlaskClient, ticket: Ticket, customer: Person
) -> None:
    path = path_of(links.ticket_link(desk, ticket.id, customer.id))
    page = client.get(path).text
    answer = client.post(path, data={"body": "By link."})
    assert ("Try another cable." in page, "difficult" in page) == (True, False)
    assert (answer.status_code, messages(core)[-1]) == (302, ("By link.", True, "Karla Kundin"))


def test_link_opens_nothing_else(
    desk: Desk, client: FlaskClient, ticket: Ticket, customer: Person
) -> None:
    factories.make_ticket(desk, customer, "Another of hers")
    desk.commit()
    client.get(path_of(links.ticket_link(desk, ticket.id, customer.id)))
    assert [client.get(path).status_code for path in ("/requests/10002", "/account/")] == [302, 302]


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: t[:-1] + "A" * 2, lambda t: "x"])
def test_atk_m07_altered_link_opens_nothing(
    desk: Desk, client: FlaskClient, ticket: Ticket, customer: Person, spoil: Callable[[str], str]
) -> None:
    head, _slash, token = path_of(links.ticket_link(desk, ticket.id, customer.id)).rpartition("/")
    assert client.get(f"{head}/{spoil(token)}").status_code == 404


def test_atk_m07_link_of_another_person_opens_nothing(
    desk: Desk, client: FlaskClient, ticket: Ticket, stranger: Person
) -> None:
    assert client.get(path_of(links.ticket_link(desk, ticket.id, stranger.id))).status_code == 404


def test_link_ends_with_the_part_in_the_ticket(
    desk: Desk, client: FlaskClient, ticket: Ticket, stranger: Person
) -> None:
    service.add_participant(desk, ticket, stranger)
    desk.commit()
    path = path_of(links.ticket_link(desk, ticket.id, stranger.id))
    before = client.get(path).status_code
    service.remove_participant(desk, ticket, stranger)
    desk.commit()
    assert (before, client.get(path).status_code) == (200, 404)


def test_link_of_an_agent_shows_no_note(
    desk: Desk, client: FlaskClient, ticket: Ticket, agent: Person
) -> None:
    service.add_participant(desk, ticket, agent)
    desk.commit()
    page = client.get(path_of(links.ticket_link(desk, ticket.id, agent.id))).text
    assert ("Try another cable." in page, "difficult" in page) == (True, False)


def test_front_page_leads_agents_to_their_work(agent: Person, sign_in: SignIn) -> None:
    assert sign_in(agent).get("/").location == "/tickets/"


def test_source_is_offered_to_everybody(client: FlaskClient) -> None:
    page = client.get("/source").text
    assert ("GNU Affero General Public License" in page, "tresen 0.1.0" in page) == (True, True)


@pytest.mark.parametrize("by_link", [False, True], ids=["by account", "by link"])
def test_words_and_files_that_come_with_my_question_is_answered_are_kept(
    desk: Desk,
    core: Core,
    ticket: Ticket,
    customer: Person,
    sign_in: SignIn,
    client: FlaskClient,
    *,
    by_link: bool,
) -> None:
    link = path_of(links.ticket_link(desk, ticket.id, customer.id))
    browser = client if by_link else sign_in(customer)
    page = link if by_link else f"/requests/{ticket.number}"
    data = {"body": "It was the cable.", "files": (BytesIO(PNG), "cable.png")}
    answer = browser.post(f"{page}/settle", data=data)
    shown = browser.get(page).text
    with desk_for(core) as later:
        state = later.session.scalars(select(Ticket.state)).one()
    assert (answer.location, state, "cable.png" in shown) == (page, "solved", True)
    assert messages(core)[-1] == ("It was the cable.", True, customer.name)


def test_my_question_is_answered_without_a_word_adds_no_message(
    core: Core, ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    before = messages(core)
    sign_in(customer).post(f"/requests/{ticket.number}/settle", data={"body": " "})
    assert messages(core) == before


def test_answer_too_long_to_be_kept_settles_nothing(
    core: Core, ticket: Ticket, customer: Person, sign_in: SignIn
) -> None:
    data = {"body": "x" * 200_001}
    answer = sign_in(customer).post(f"/requests/{ticket.number}/settle", data=data)
    with desk_for(core) as later:
        state = later.session.scalars(select(Ticket.state)).one()
    assert (answer.status_code, state == "solved") == (422, False)


def test_colleague_in_cc_finds_the_request_in_the_own_list(
    desk: Desk, ticket: Ticket, customer: Person, colleague: Person, sign_in: SignIn
) -> None:
    other = factories.make_ticket(desk, customer, "Not for Kolja")
    desk.session.add(Participant(ticket_id=ticket.id, person_id=colleague.id))
    desk.commit()
    browser = sign_in(colleague)
    page = browser.get("/").text
    listed = [f'href="/requests/{each.number}"' in page for each in (ticket, other)]
    opened = [browser.get(f"/requests/{each.number}").status_code for each in (ticket, other)]
    assert (listed, opened, customer.name in page) == ([True, False], [200, 404], True)
