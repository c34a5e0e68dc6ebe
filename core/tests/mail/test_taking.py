# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a mail, from its bytes to the ticket."""

from mail.letters import add_mailbox, letter, receive
from mail.servers import make_quiet_ticket, rows
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.mail import queries
from tresen.mail.models import OutboundMail
from tresen.mail.reading.parser import Parser
from tresen.people.models import EmailAddress, Person
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket, TicketLink
from tresen.tickets.records import NewMessage


def test_mail_of_a_new_person_opens_a_ticket(core: Core, parser: Parser) -> None:
    box = add_mailbox(core)
    (row,) = receive(core, parser, letter(), mailbox_id=box)
    (ticket,), (message,), (person,) = rows(core, Ticket), rows(core, Message), rows(core, Person)
    (address,) = rows(core, EmailAddress)
    assert (row.outcome, row.message_id) == ("message", message.id)
    assert (ticket.subject, ticket.mailbox_id) == ("Nothing prints", box)
    assert (ticket.requester_id, message.author_id) == (person.id, person.id)
    assert (message.body, message.is_inbound) == ("It was fine yesterday.", True)
    assert (address.address, address.proven_at) == ("karla@kunde.example", None)


def test_new_ticket_of_a_person_is_receipted(core: Core, parser: Parser) -> None:
    receive(core, parser, letter(), mailbox_id=add_mailbox(core))
    (ticket,), (receipt,) = rows(core, Ticket), rows(core, OutboundMail)
    assert (receipt.purpose, receipt.is_automatic, receipt.envelope_from) == ("receipt", True, "")
    assert receipt.subject == f"Received: Nothing prints [#{ticket.number}]"


def test_answer_to_a_reply_lands_on_the_same_ticket(core: Core, parser: Parser) -> None:
    box = add_mailbox(core)
    receive(core, parser, letter(), mailbox_id=box)
    with desk_for(core, write=True) as desk:
        ticket = desk.session.scalars(select(Ticket)).one()
        question = NewMessage("Is it **plugged** in?", "web", author_name="Anna")
        tickets.add_message(desk, ticket, question)
    reply = rows(core, OutboundMail)[1]
    assert (reply.purpose, reply.is_automatic) == ("reply", False)
    link = reply.text.partition("-- \n")[2]
    assert link.startswith("Here you can follow your request: http://127.0.0.1:8080/requests/by")
    assert (reply.text, reply.sender) == (
        f"Is it plugged in?\n\n-- \n{link}",
        "Anna, Tresen <support@tresen.example>",
    )
    answer = letter(body="Yes.", In_Reply_To=f"<{reply.internet_message_id}>")
    assert receive(core, parser, answer, mailbox_id=box)[1].outcome == "message"
    assert [(m.ticket_id, m.body) for m in rows(core, Message)][2] == (ticket.id, "Yes.")
    with desk_for(core) as desk:
        assert queries.conservation(desk).is_kept


def test_atk_m03_stranger_with_sixty_numbers_makes_five_links_and_one_note(
    core: Core, desk: Desk, customer: Person, parser: Parser
) -> None:
    named = [make_quiet_ticket(desk, customer) for _ in range(60)]
    desk.commit()
    subject = "".join(f"[#{each.number}]" for each in named)
    receive(core, parser, letter("Max <max@fremd.example>", subject))
    other = rows(core, Ticket)[-1]
    assert [link.other_id for link in rows(core, TicketLink)] == [each.id for each in named[:5]]
    numbers = ", ".join(str(each.number) for each in named[:5])
    (note,) = [message for message in rows(core, Message) if message.kind == "note"]
    assert note.ticket_id == other.id
    first, second = note.body.split(". ", 1)
    assert (note.kind, first) == (
        "note",
        f"The sender named tickets {numbers} but takes no part in them",
    )
    assert second == "Where they belong together, add the sender there."
