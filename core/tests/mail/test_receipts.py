# SPDX-License-Identifier: AGPL-3.0-or-later
"""The receipt of a request, and the mails with one-time links: to whom, in which words."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from tresen.access.links import PASSWORD
from tresen.desk import Core, Desk
from tresen.mail.link_mails import queue_link
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.people.models import EmailAddress, Person
from tresen.testing.factories import make_person, make_ticket
from tresen.tickets import links
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage, NewTicket


def receipts(desk: Desk) -> list[OutboundMail]:
    found = select(OutboundMail).where(OutboundMail.purpose == "receipt")
    return list(desk.session.scalars(found.order_by(OutboundMail.id)))


def receivers(desk: Desk) -> list[tuple[str, str]]:
    rows = desk.session.execute(select(OutboundRecipient.address, OutboundRecipient.name))
    return [(row.address, row.name) for row in rows]


def ask(desk: Desk, ticket: dict[str, object], **message: object) -> Ticket:
    """Open a ticket as the portal does."""
    new = {"subject": "It hangs", "channel": "web"} | ticket
    first = {"body": "Since today.", "channel": "web", "is_inbound": True} | message
    return tickets.open_ticket(desk, NewTicket(**new), NewMessage(**first))  # type: ignore[arg-type] # fields of both


def test_receipt_names_the_number_and_the_way_to_the_request(desk: Desk, customer: Person) -> None:
    ticket = make_ticket(desk, customer)
    (receipt,) = receipts(desk)
    text, _by_link, token = receipt.text.partition("/requests/by-link/")
    assert (receipt.subject, text) == (
        f"Received: The printer prints nothing [#{ticket.number}]",
        (
            "Thank you for your message. We received it under the number "
            f"{ticket.number}.\n\nIf you want to add something, answer this mail.\n\n"
            f"Here you can follow your request: {desk.config.base_url}"
        ),
    )
    assert links.read_link(desk, token.rstrip()) == (ticket.id, customer.id)
    assert receivers(desk) == [("karla@kunde.example", "Karla Kundin")]


def test_receipt_repeats_nothing_of_the_message(desk: Desk, customer: Person) -> None:
    make_ticket(desk, customer, body="Buy cheap pills at http://pills.example")
    (receipt,) = receipts(desk)
    assert ("pills" in receipt.text, receipt.html) == (False, None)


def test_receipt_in_the_language_of_the_request(desk: Desk, customer: Person) -> None:
    ticket = ask(desk, {"requester_id": customer.id, "language": "de"}, author_id=customer.id)
    (receipt,) = receipts(desk)
    assert receipt.subject == f"Eingegangen: It hangs [#{ticket.number}]"
    assert "antworten Sie auf diese E-Mail." in receipt.text


def test_receipt_in_the_language_of_the_installation_otherwise(
    core: Core, desk: Desk, customer: Person
) -> None:
    core.config = replace(core.config, language="de")
    ask(desk, {"requester_id": customer.id}, author_id=customer.id)
    assert [each.subject.split(":")[0] for each in receipts(desk)] == ["Eingegangen"]


def test_receipt_to_somebody_unknown_has_no_link(desk: Desk) -> None:
    ask(desk, {}, author_name="Nora", author_address="nora@firm.example")
    (receipt,) = receipts(desk)
    assert ("by-link" in receipt.text, receivers(desk)) == (
        False,
        [("nora@firm.example", "Nora")],
    )


def test_receipt_goes_where_the_message_came_from(desk: Desk, customer: Person) -> None:
    ask(
        desk,
        {"requester_id": customer.id},
        author_id=customer.id,
        author_name="Karla",
        author_address="karla.private@kunde.example",
    )
    assert receivers(desk) == [("karla.private@kunde.example", "Karla")]


@pytest.mark.parametrize(
    "message",
    [
        {"author_address": "nobody"},
        {"author_address": ""},
        {"author_address": "a@b.example", "is_authenticated": False},
        {"author_address": "a@b.example", "is_inbound": False},
    ],
    ids=str,
)
def test_no_receipt_where_nobody_could_or_should_get_one(
    desk: Desk, message: dict[str, object]
) -> None:
    ask(desk, {}, **message)
    assert receipts(desk) == []


def test_request_by_phone_is_not_confirmed_by_mail(desk: Desk, customer: Person) -> None:
    ask(desk, {"requester_id": customer.id, "channel": "phone"}, author_id=customer.id)
    assert receipts(desk) == []


def test_fourth_request_within_ten_minutes_is_taken_without_a_receipt(
    desk: Desk, customer: Person
) -> None:
    for _ in range(4):
        make_ticket(desk, customer)
    assert (len(receipts(desk)), len(desk.session.scalars(select(Ticket)).all())) == (3, 4)


@pytest.fixture
def address(desk: Desk) -> EmailAddress:
    """The address of a person who reads German."""
    person = make_person(desk, "Jörg", "joerg@kunde.example")
    person.language = "de"
    desk.session.flush()
    found = select(EmailAddress).where(EmailAddress.person_id == person.id)
    return desk.session.scalars(found.options(joinedload(EmailAddress.person))).one()


def test_mail_to_choose_a_password(core: Core, desk: Desk, address: EmailAddress) -> None:
    core.config = replace(core.config, operator="50% mehr GmbH", base_url="https://d.example/")
    address.person.language = "en"
    mail = queue_link(desk, address, PASSWORD, "t0ken")
    assert mail is not None
    assert (mail.purpose, mail.subject, mail.text, mail.is_automatic) == (
        "reset",
        "Choose a password for 50% mehr GmbH",
        (
            "Use this link to choose a password. It works once, within an hour:\n\n"
            "https://d.example/link/t0ken\n\n"
            "If you did not ask for it, ignore this mail; nothing has changed.\n"
        ),
        True,
    )


def test_mail_to_confirm_an_address_in_german(desk: Desk, address: EmailAddress) -> None:
    mail = queue_link(desk, address, "proof", "t0ken")
    assert mail is not None
    assert (mail.purpose, mail.subject) == ("proof", "Ihre Adresse für Tresen bestätigen")
    assert "\n\nhttp://127.0.0.1:8080/link/t0ken\n\n" in mail.text
    assert receivers(desk) == [("joerg@kunde.example", "Jörg")]


def test_mail_with_a_link_belongs_to_no_ticket_and_no_thread(
    desk: Desk, address: EmailAddress
) -> None:
    mail = queue_link(desk, address, PASSWORD, "t0ken")
    assert mail is not None
    assert (mail.ticket_id, mail.message_id, mail.reply_to, mail.references) == (None, None, "", "")


def test_no_link_goes_to_an_address_that_mail_cannot_reach(
    desk: Desk, address: EmailAddress
) -> None:
    address.address = "jörg@kunde.example"
    assert queue_link(desk, address, PASSWORD, "t0ken") is None
    assert desk.session.scalars(select(OutboundMail)).all() == []
