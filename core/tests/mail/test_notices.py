# SPDX-License-Identifier: AGPL-3.0-or-later
"""Notices to agents: who gets one, in which language, and what it tells."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from mail.servers import make_quiet_ticket
from sqlalchemy import delete, select
from tresen.desk import Actor, Core, Desk, desk_for
from tresen.mail import keys, notices
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.people.models import EmailAddress, Person
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage


@pytest.fixture
def ticket(desk: Desk, customer: Person, agent: Person) -> Ticket:
    made = make_quiet_ticket(desk, customer, owner_id=agent.id)
    # The notice of the opening is not what these tests are about.
    desk.session.execute(delete(OutboundMail))
    return made


def told(desk: Desk) -> list[OutboundMail]:
    found = select(OutboundMail).where(OutboundMail.purpose == "notice").order_by(OutboundMail.id)
    return list(desk.session.scalars(found))


def asked(desk: Desk, ticket: Ticket, body: str = "Any news?", **given: object) -> Message:
    fields: dict[str, object] = {
        "is_inbound": True,
        "author_name": "Karla Kundin",
        "author_address": "karla@kunde.example",
    }
    return tickets.add_message(desk, ticket, NewMessage(body, "mail", **(fields | given)))  # type: ignore[arg-type] # fields of NewMessage


def link_to(desk: Desk, ticket: Ticket) -> str:
    return f"{desk.config.base_url}/tickets/{ticket.number}"


def test_owner_reads_who_wrote_what_and_where(desk: Desk, ticket: Ticket) -> None:
    asked(desk, ticket)
    (notice,) = told(desk)
    assert notice.text == (
        f"Karla Kundin <karla@kunde.example> wrote on ticket {ticket.number}:\n\n"
        f"Any news?\n\n{link_to(desk, ticket)}\n"
    )
    assert (notice.subject, notice.is_automatic, notice.envelope_from, notice.reply_to) == (
        f"The printer prints nothing [#{ticket.number}]",
        True,
        "",
        "",
    )
    assert desk.session.scalars(select(OutboundRecipient.address)).all() == ["anna@tresen.example"]


def test_notice_in_german_for_an_agent_who_reads_german(
    desk: Desk, ticket: Ticket, agent: Person
) -> None:
    agent.language = "de"
    asked(desk, ticket, author_address="")
    (notice,) = told(desk)
    assert notice.text.startswith(f"Karla Kundin <-> schrieb zu Ticket {ticket.number}:\n\nAny")


def test_notice_in_the_language_of_the_installation_for_those_who_chose_none(
    core: Core, desk: Desk, ticket: Ticket, agent: Person
) -> None:
    core.config = replace(core.config, language="de")
    tickets.change(desk, ticket, {"owner_id": None})
    tickets.change(desk, ticket, {"owner_id": agent.id})
    (notice,) = told(desk)
    assert notice.text.splitlines()[0] == (
        f"Ticket {ticket.number} gehört jetzt Ihnen: The printer prints nothing"
    )


def test_notice_is_proof_for_the_ticket_and_thread_of_the_message(
    desk: Desk, ticket: Ticket
) -> None:
    message = asked(desk, ticket, internet_message_id="q@kunde.example")
    (notice,) = told(desk)
    signed = keys.read_message_id(desk.config, notice.internet_message_id)
    assert signed is not None
    assert (signed.ticket_id, notice.in_reply_to, notice.message_id) == (
        ticket.id,
        "q@kunde.example",
        message.id,
    )


def test_message_that_goes_on_says_so(desk: Desk, ticket: Ticket) -> None:
    asked(desk, ticket, "a" * 1_999 + "b" + "c" * 50)
    (notice,) = told(desk)
    body = notice.text.split("\n\n")[1]
    assert body == "a" * 1_999 + "b …"


def test_message_of_just_the_shown_length_is_whole(desk: Desk, ticket: Ticket) -> None:
    asked(desk, ticket, "a" * 2_000)
    (notice,) = told(desk)
    assert notice.text.split("\n\n")[1] == "a" * 2_000


def test_link_has_one_slash_where_the_base_address_ends_in_one(
    core: Core, desk: Desk, ticket: Ticket
) -> None:
    core.config = replace(core.config, base_url="https://hilfe.example/")
    asked(desk, ticket)
    (notice,) = told(desk)
    assert notice.text.endswith(f"\n\nhttps://hilfe.example/tickets/{ticket.number}\n")


def leave(desk: Desk, agent: Person) -> None:
    agent.is_active = False


def mute(desk: Desk, agent: Person) -> None:
    agent.is_notified = False


def demote(desk: Desk, agent: Person) -> None:
    agent.role = "customer"


def lose_address(desk: Desk, agent: Person) -> None:
    for address in desk.session.scalars(select(EmailAddress).filter_by(person_id=agent.id)):
        desk.session.delete(address)


def misspell_address(desk: Desk, agent: Person) -> None:
    for address in desk.session.scalars(select(EmailAddress).filter_by(person_id=agent.id)):
        address.address = "no address"


@pytest.mark.parametrize("happens", [leave, mute, demote, lose_address, misspell_address])
def test_owner_who_cannot_or_will_not_be_told_gets_nothing(
    desk: Desk, ticket: Ticket, agent: Person, happens: Callable[[Desk, Person], None]
) -> None:
    happens(desk, agent)
    desk.session.flush()
    asked(desk, ticket)
    notices.tell_owner_of_ticket(desk, ticket)
    notices.tell_owner_of_failure(desk, ticket, ["- a@b.example: 550"])
    assert told(desk) == []


def test_ticket_without_an_owner_tells_nobody(desk: Desk, ticket: Ticket) -> None:
    ticket.owner_id = None
    asked(desk, ticket)
    notices.tell_owner_of_failure(desk, ticket, [])
    assert told(desk) == []


def test_note_and_reply_tell_the_owner_nothing(desk: Desk, ticket: Ticket) -> None:
    tickets.add_message(desk, ticket, NewMessage("A note", "web", kind="note"))
    tickets.add_message(desk, ticket, NewMessage("A reply", "web"))
    assert told(desk) == []


def test_own_words_are_no_news(desk: Desk, ticket: Ticket, agent: Person) -> None:
    asked(desk, ticket, author_id=agent.id)
    assert told(desk) == []


def test_who_takes_a_ticket_is_not_told_and_who_is_given_one_is(
    core: Core, desk: Desk, ticket: Ticket, agent: Person
) -> None:
    tickets.change(desk, ticket, {"owner_id": None})
    desk.commit()
    anna = Actor("Anna", "agent", person_id=agent.id, permissions=frozenset({"tickets.change"}))
    otto = Actor("Otto", "agent", person_id=0, permissions=frozenset({"tickets.change"}))
    counts = []
    for actor in (anna, otto):
        with desk_for(core, actor, write=True) as acting:
            found = acting.session.get_one(Ticket, ticket.id)
            found.owner_id = agent.id
            notices.tell_owner_of_ticket(acting, found)
            counts.append(len(told(acting)))
    assert counts == [0, 1]


def test_ticket_taken_from_somebody_tells_nobody(desk: Desk, ticket: Ticket) -> None:
    tickets.change(desk, ticket, {"owner_id": None})
    assert told(desk) == []


def test_failure_is_told_with_each_receiver_and_reason(desk: Desk, ticket: Ticket) -> None:
    lines = ["- a@kunde.example: 550 no such user", "- b@kunde.example: 552 full"]
    notices.tell_owner_of_failure(desk, ticket, lines)
    (notice,) = told(desk)
    assert (notice.subject, notice.text) == (
        f"Not delivered: The printer prints nothing [#{ticket.number}]",
        (
            f"A mail of ticket {ticket.number} could not be delivered:\n\n"
            "- a@kunde.example: 550 no such user\n- b@kunde.example: 552 full\n\n"
            f"{link_to(desk, ticket)}\n"
        ),
    )


def test_markup_of_a_stranger_stays_text(desk: Desk, ticket: Ticket) -> None:
    asked(desk, ticket, "<b>%(name)s</b> %s {0}", author_name="<script>")
    (notice,) = told(desk)
    assert "<script> <karla@kunde.example> wrote" in notice.text
    assert ("<b>%(name)s</b> %s {0}" in notice.text, notice.html) == (True, None)
