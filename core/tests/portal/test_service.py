# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers do, as verbs: ask, answer, settle, enter by a link; and what is refused them."""

import pytest
from sqlalchemy import func, select
from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.files import service as files
from tresen.people import service as people
from tresen.people.models import EmailAddress, Organisation, Person
from tresen.portal import service
from tresen.portal.service import LINK_PERMISSIONS, Request
from tresen.testing import factories
from tresen.tickets import links, states
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, MessageFile, Ticket, TicketLink

ASKED = Request("No paper", "The tray is empty.")


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    return service.ask(desk, customer, ASKED)


def people_count(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(Person)) or 0


def bodies(desk: Desk, ticket: Ticket) -> list[str]:
    found = select(Message.body).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return list(desk.session.scalars(found))


def go(desk: Desk, ticket: Ticket, state: str) -> Ticket:
    """Bring a ticket into a state, whatever it takes."""
    if ticket.state != state:
        tickets.change(desk, ticket, {"state": state})
    return ticket


def test_request_is_the_persons_and_of_the_organisation(desk: Desk, customer: Person) -> None:
    made = service.ask(desk, customer, ASKED)
    assert (made.subject, made.channel, made.requester_id, made.organisation_id, made.state) == (
        "No paper",
        "web",
        customer.id,
        customer.organisation_id,
        "new",
    )


def test_first_message_bears_name_and_address(desk: Desk, customer: Person, ticket: Ticket) -> None:
    first = desk.session.scalars(select(Message).where(Message.ticket_id == ticket.id)).one()
    assert (first.author_name, first.author_address, first.is_inbound, first.is_public) == (
        "Karla Kundin",
        "karla@kunde.example",
        True,
        True,
    )
    assert (first.body, first.channel, first.kind) == ("The tray is empty.", "web", "reply")


def test_person_without_an_address_can_ask_too(desk: Desk, customer: Person) -> None:
    desk.session.query(EmailAddress).delete()
    made = service.ask(desk, customer, ASKED)
    assert desk.session.scalars(
        select(Message.author_address).where(Message.ticket_id == made.id)
    ).all() == [""]


def test_files_of_a_request_hang_on_its_first_message(desk: Desk, customer: Person) -> None:
    kept = files.store_file(desk, "tray.txt", "text/plain", b"empty")
    made = service.ask(desk, customer, Request("x", "y", ((kept.id, ""),)))
    found = select(MessageFile.file_id).join(Message).where(Message.ticket_id == made.id)
    assert desk.session.scalars(found).all() == [kept.id]


def test_installation_brings_its_product(desk: Desk, customer: Person) -> None:
    product = factories.make_product(desk)
    place = factories.make_installation(desk, customer.organisation_id or 0, product)
    made = service.ask(desk, customer, Request("x", "y", installation_id=place.id))
    assert (made.installation_id, made.product_id) == (place.id, product.id)


@pytest.mark.parametrize("known", [True, False], ids=["of others", "of nobody"])
def test_installation_that_is_not_theirs_is_refused(
    desk: Desk, customer: Person, known: bool
) -> None:
    other = people.add_organisation(desk, "Other Ltd")
    place = factories.make_installation(desk, other.id, factories.make_product(desk))
    wanted = Request("x", "y", installation_id=place.id if known else 99)
    with pytest.raises(Refused, match=r"^This is none of your systems\.$"):
        service.ask(desk, customer, wanted)


def test_installation_of_nobody_is_not_that_of_a_person_without_organisation(desk: Desk) -> None:
    alone = people.add_person(desk, "Nora", "nora@neu.example")
    other = people.add_organisation(desk, "Other Ltd")
    place = factories.make_installation(desk, other.id, factories.make_product(desk))
    with pytest.raises(Refused, match="none of your systems"):
        service.ask(desk, alone, Request("x", "y", installation_id=place.id))


def test_visitor_whom_nobody_knows_becomes_a_person_of_no_organisation(desk: Desk) -> None:
    made = service.ask_as_visitor(desk, "Vera", "Vera@V.example", ASKED)
    person = desk.session.get_one(Person, made.requester_id)
    address = desk.session.scalars(select(EmailAddress)).one()
    assert (person.name, person.role, person.organisation_id) == ("Vera", "customer", None)
    assert (address.address, address.proven_at) == ("vera@v.example", None)


def test_visitor_with_a_known_address_renames_nobody(desk: Desk, customer: Person) -> None:
    before = people_count(desk)
    made = service.ask_as_visitor(desk, "Mallory", " KARLA@kunde.example ", ASKED)
    assert (made.requester_id, people_count(desk)) == (customer.id, before)
    assert customer.name == "Karla Kundin"


def test_visitor_proves_no_address_by_asking(desk: Desk) -> None:
    for _time in range(2):
        service.ask_as_visitor(desk, "Vera", "vera@v.example", ASKED)
    assert desk.session.scalars(select(EmailAddress.proven_at)).all() == [None]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (states.NEW, states.NEW),
        (states.OPEN, states.OPEN),
        (states.WAITING_CUSTOMER, states.OPEN),
        (states.WAITING_THIRD_PARTY, states.WAITING_THIRD_PARTY),
        (states.WAITING_INTERNAL, states.WAITING_INTERNAL),
        (states.SOLVED, states.OPEN),
    ],
)
def test_answer_opens_what_waited_for_it_or_was_solved(
    desk: Desk, customer: Person, ticket: Ticket, before: str, after: str
) -> None:
    go(desk, ticket, before)
    answered = service.answer(desk, ticket, customer, "More.", ())
    assert (answered.id, ticket.state) == (ticket.id, after)
    assert bodies(desk, ticket) == ["The tray is empty.", "More."]


def test_answer_to_a_closed_request_leaves_it_closed(
    desk: Desk, customer: Person, ticket: Ticket
) -> None:
    go(desk, ticket, states.CLOSED)
    following = service.answer(desk, ticket, customer, "Again!", ())
    link = desk.session.scalars(select(TicketLink)).one()
    assert (ticket.state, bodies(desk, ticket)) == ("closed", ["The tray is empty."])
    assert (following.subject, bodies(desk, following)) == ("No paper", ["Again!"])
    assert (link.ticket_id, link.other_id, link.kind) == (following.id, ticket.id, "follows")


def test_empty_answer_is_refused_with_a_way_out(
    desk: Desk, customer: Person, ticket: Ticket
) -> None:
    with pytest.raises(Refused) as refusal:
        service.answer(desk, ticket, customer, "  \n", ())
    sentence = "The message is empty. Write something or attach a file."
    assert refusal.value.sentence == sentence


def test_file_alone_is_an_answer(desk: Desk, customer: Person, ticket: Ticket) -> None:
    kept = files.store_file(desk, "tray.txt", "text/plain", b"empty")
    service.answer(desk, ticket, customer, "", ((kept.id, ""),))
    assert bodies(desk, ticket) == ["The tray is empty.", ""]


@pytest.mark.parametrize("state", [state for state in states.STEPS if state not in states.ENDED])
def test_customer_may_settle_whatever_is_not_ended(desk: Desk, ticket: Ticket, state: str) -> None:
    service.settle(desk, go(desk, ticket, state))
    assert ticket.state == "solved"


def test_settling_twice_is_no_fault(desk: Desk, ticket: Ticket) -> None:
    service.settle(desk, ticket)
    service.settle(desk, ticket)
    assert ticket.state == "solved"


def test_closed_request_cannot_be_settled(desk: Desk, ticket: Ticket) -> None:
    with pytest.raises(Refused, match="A ticket that is Closed cannot become Solved"):
        service.settle(desk, go(desk, ticket, states.CLOSED))


@pytest.mark.parametrize(
    ("role", "permissions"),
    [("customer", LINK_PERMISSIONS), ("agent", frozenset()), ("administrator", frozenset())],
)
def test_whoever_enters_by_a_link_is_a_customer_with_one_permission_at_most(
    desk: Desk, ticket: Ticket, role: str, permissions: frozenset[str]
) -> None:
    person = factories.make_person(desk, "Lin Link", "lin@link.example", role=role)
    person.sees_organisation = True
    tickets.add_participant(desk, ticket, person)
    token = links.ticket_link(desk, ticket.id, person.id).rpartition("/")[2]
    assert service.enter_by_link(desk, token).id == ticket.id
    assert (desk.actor.kind, desk.actor.permissions) == ("customer", permissions)
    assert (desk.actor.person_id, desk.actor.sees_organisation) == (person.id, False)


def test_link_of_somebody_who_may_not_sign_in_any_more_is_over(
    desk: Desk, customer: Person, ticket: Ticket
) -> None:
    token = links.ticket_link(desk, ticket.id, customer.id).rpartition("/")[2]
    customer.is_active = False
    desk.session.flush()
    with pytest.raises(Missing) as refusal:
        service.enter_by_link(desk, token)
    assert refusal.value.sentence == (
        "This link is no longer valid. Please answer our mail, or sign in."
    )


def test_link_of_a_person_who_is_gone_is_over(desk: Desk, ticket: Ticket) -> None:
    gone = people.add_person(desk, "Gone", "gone@kunde.example")
    token = links.ticket_link(desk, ticket.id, gone.id).rpartition("/")[2]
    desk.session.delete(gone)
    desk.session.flush()
    with pytest.raises(Missing, match="no longer valid"):
        service.enter_by_link(desk, token)


def test_asking_makes_no_organisation(desk: Desk) -> None:
    service.ask_as_visitor(desk, "Vera", "vera@v.example", ASKED)
    assert desk.session.scalars(select(Organisation)).all() == []
