# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails that want what is not theirs: attacks M01 to M21, each with what must come of it."""

from dataclasses import replace

import pytest
from mail.letters import SUPPORT, add_mailbox, letter, receive
from mail.servers import make_quiet_ticket, rows
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.mail import keys
from tresen.mail.guesses import MOST
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.reading.parser import Parser
from tresen.people import service as people
from tresen.people.models import EmailAddress, Person
from tresen.testing.factories import make_customer
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Participant, Ticket, TicketLink
from tresen.tickets.records import NewMessage

STRANGER = "Max Fremd <max@fremd.example>"
FAILED = "mx.tresen.example; dmarc=fail header.from=kunde.example; spf=fail; dkim=none"
PASSED = "mx.tresen.example; dmarc=pass header.from=kunde.example"


@pytest.fixture
def trusting(core: Core) -> Core:
    core.config = replace(core.config, trusted_mail_servers=("mx.tresen.example",))
    return core


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """A ticket of Karla with an agent's reply."""
    made = make_quiet_ticket(desk, customer, body="My secret question")
    tickets.add_message(desk, made, NewMessage("Our answer", "web", author_name="Anna"))
    desk.commit()
    return made


def reply_id(core: Core) -> str:
    """The Message-ID of the agent's reply."""
    return next(m.internet_message_id for m in rows(core, OutboundMail) if m.purpose == "reply")


def messages(core: Core, ticket: Ticket) -> list[Message]:
    with desk_for(core) as desk:
        found = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
        return list(desk.session.scalars(found))


def last_ticket(core: Core) -> Ticket:
    return rows(core, Ticket)[-1]


def test_atk_m01_mail_of_an_unproven_address_proves_nothing(
    core: Core, desk: Desk, parser: Parser
) -> None:
    people.add_person(desk, "Karla", "karla@kunde.example")
    desk.commit()
    receive(core, parser, letter())
    assert [address.proven_at for address in rows(core, EmailAddress)] == [None]


@pytest.mark.parametrize("sender", ["no-reply@dienst.example", "Shop <noreply@shop.example>"])
def test_atk_m02_mail_of_a_machine_makes_nobody_known(
    core: Core, parser: Parser, sender: str
) -> None:
    receive(core, parser, letter(sender, "Confirm your address"))
    assert rows(core, Person) == []
    assert [(t.requester_id, t.subject) for t in rows(core, Ticket)] == [
        (None, "Confirm your address")
    ]
    assert rows(core, OutboundMail) == []


def test_atk_m03_stranger_with_a_number_gets_a_ticket_of_their_own(
    core: Core, ticket: Ticket, parser: Parser
) -> None:
    before = len(messages(core, ticket))
    receive(core, parser, letter(STRANGER, f"Re: printer [#{ticket.number}]"))
    other = last_ticket(core)
    assert other.id != ticket.id
    assert len(messages(core, ticket)) == before
    assert [(link.other_id, link.kind) for link in rows(core, TicketLink)] == [
        (ticket.id, "relates")
    ]
    hint = messages(core, other)[-1]
    assert (hint.kind, str(ticket.number) in hint.body) == ("note", True)
    receipt = rows(core, OutboundMail)[-1]
    assert "secret" not in receipt.text + receipt.subject
    assert receipt.references.split() == [messages(core, other)[0].internet_message_id]


def test_atk_m04_stranger_with_a_message_id_gets_a_ticket_of_their_own(
    core: Core, ticket: Ticket, parser: Parser
) -> None:
    receive(core, parser, letter(STRANGER, In_Reply_To=f"<{reply_id(core)}>"))
    assert last_ticket(core).id != ticket.id
    assert [link.other_id for link in rows(core, TicketLink)] == [ticket.id]


def test_atk_m04_participant_with_a_message_id_answers_the_ticket(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser
) -> None:
    friend = people.add_person(desk, "Max", "max@fremd.example")
    tickets.add_participant(desk, desk.session.get_one(Ticket, ticket.id), friend)
    desk.commit()
    receive(core, parser, letter(STRANGER, In_Reply_To=f"<{reply_id(core)}>"))
    assert messages(core, ticket)[-1].author_id == friend.id


def test_atk_m05_forged_sender_is_marked_and_brings_nobody_in(
    trusting: Core, desk: Desk, ticket: Ticket, customer: Person, parser: Parser
) -> None:
    mate = people.add_person(desk, "Mate", "mate@kunde.example")
    mate.organisation_id = customer.organisation_id
    desk.commit()
    forged = letter(
        Cc="mate@kunde.example, evil@fremd.example",
        In_Reply_To=f"<{reply_id(trusting)}>",
        Authentication_Results=FAILED,
    )
    receive(trusting, parser, forged)
    assert messages(trusting, ticket)[-1].is_authenticated is False
    assert rows(trusting, Participant) == []


def test_atk_m05_forged_sender_of_a_new_ticket_gets_no_answer(
    trusting: Core, parser: Parser
) -> None:
    receive(trusting, parser, letter(Authentication_Results=FAILED))
    assert (len(rows(trusting, Ticket)), rows(trusting, OutboundMail)) == (1, [])


def test_proven_sender_brings_in_colleagues_and_nobody_else(
    trusting: Core, desk: Desk, ticket: Ticket, customer: Person, parser: Parser
) -> None:
    mate = people.add_person(desk, "Mate", "mate@kunde.example")
    mate.organisation_id = customer.organisation_id
    people.add_person(desk, "Evil", "evil@fremd.example")
    desk.commit()
    proven = letter(
        Cc="mate@kunde.example, evil@fremd.example",
        In_Reply_To=f"<{reply_id(trusting)}>",
        Authentication_Results=PASSED,
    )
    receive(trusting, parser, proven)
    assert messages(trusting, ticket)[-1].is_authenticated is True
    assert [row.person_id for row in rows(trusting, Participant)] == [mate.id]


def test_atk_m05_results_of_a_server_that_is_not_ours_count_for_nothing(
    trusting: Core, parser: Parser
) -> None:
    receive(trusting, parser, letter(Authentication_Results="mx.fremd.example; dmarc=pass"))
    assert rows(trusting, Message)[0].is_authenticated is None


def test_atk_m06_forged_agent_is_not_an_agents_reply(
    core: Core, desk: Desk, agent: Person, ticket: Ticket, parser: Parser
) -> None:
    before = rows(core, OutboundMail)
    forged = letter("Anna Agent <anna@tresen.example>", In_Reply_To=f"<{reply_id(core)}>")
    receive(core, parser, forged)
    assert len(messages(core, ticket)) == 2
    new = rows(core, OutboundMail)[len(before) :]
    assert [mail.purpose for mail in new] == ["receipt"]


def test_atk_m06_agent_answers_a_notice_that_went_to_this_agent(
    core: Core, desk: Desk, agent: Person, customer: Person, parser: Parser
) -> None:
    owned = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.commit()
    (notice,) = rows(core, OutboundMail)
    answer = letter(
        "Anna Agent <anna@tresen.example>", In_Reply_To=f"<{notice.internet_message_id}>"
    )
    receive(core, parser, answer)
    last = messages(core, owned)[-1]
    assert (last.kind, last.is_inbound, last.author_id) == ("reply", False, agent.id)
    reply = rows(core, OutboundMail)[-1]
    with desk_for(core) as reading:
        to = reading.session.scalars(
            select(OutboundRecipient.address).where(OutboundRecipient.mail_id == reply.id)
        ).all()
    assert (reply.purpose, to) == ("reply", ["karla@kunde.example"])


def test_atk_m06_notice_of_one_agent_is_no_proof_for_another(
    core: Core, desk: Desk, agent: Person, administrator: Person, customer: Person, parser: Parser
) -> None:
    owned = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.commit()
    (notice,) = rows(core, OutboundMail)
    forged = letter("Ada <ada@tresen.example>", In_Reply_To=f"<{notice.internet_message_id}>")
    receive(core, parser, forged)
    assert len(messages(core, owned)) == 1


def reply_address(desk: Desk, ticket: Ticket) -> str:
    return keys.reply_address(desk, SUPPORT, ticket.id)


def test_signed_reply_address_leads_to_the_ticket_whoever_writes(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser
) -> None:
    receive(core, parser, letter(STRANGER, To=reply_address(desk, ticket)))
    assert messages(core, ticket)[-1].author_address == "max@fremd.example"


@pytest.mark.parametrize("cut", [1, 2])
def test_atk_m07_cut_reply_token_leads_nowhere(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser, cut: int
) -> None:
    local, _, domain = reply_address(desk, ticket).partition("@")
    receive(core, parser, letter(STRANGER, To=f"{local[:-cut]}@{domain}"))
    assert last_ticket(core).id != ticket.id


def test_atk_m07_token_of_one_ticket_is_none_of_another(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser
) -> None:
    number, rest = reply_address(desk, ticket).split("+")[1].split("-", 1)
    receive(core, parser, letter(STRANGER, To=f"support+{int(number, 36) + 1}-{rest}"))
    assert last_ticket(core).id != ticket.id


def test_atk_m07_token_older_than_its_life_leads_nowhere(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser
) -> None:
    address = reply_address(desk, ticket)
    core.clock.go(days=731)
    receive(core, parser, letter(STRANGER, To=address))
    assert last_ticket(core).id != ticket.id


def test_atk_m08_guessed_reply_addresses_lead_nowhere(
    core: Core, ticket: Ticket, parser: Parser
) -> None:
    guesses = [letter(STRANGER, To=f"support+{n}@tresen.example") for n in range(1, 21)]
    receive(core, parser, *guesses)
    assert len(messages(core, ticket)) == 2


def test_atk_m08_beyond_a_limit_guesses_are_held_and_other_mail_is_not(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser
) -> None:
    guesses = [
        letter(f"g{n}@fremd.example", To=f"support+{n}@tresen.example") for n in range(MOST + 5)
    ]
    good = [
        letter(STRANGER, To=reply_address(desk, ticket)),
        letter(STRANGER, To="support+shop@tresen.example"),
        letter(STRANGER),
    ]
    found = receive(core, parser, *guesses, *good)
    reasons = [row.reason.partition(":")[0] for row in found]
    assert reasons == [""] * MOST + ["guessed-address"] * 5 + [""] * 3
    assert len(rows(core, Person)) == 2 + MOST  # Karla, the stranger, and no held guesser
    core.clock.go(minutes=11)
    *_, late = receive(core, parser, letter(STRANGER, To="support+1@tresen.example"))
    assert late.outcome == "message"


def test_atk_m09_headers_of_ours_set_nothing(core: Core, parser: Parser) -> None:
    receive(
        core,
        parser,
        letter(X_OTRS_Priority="5", X_Tresen_Owner="1", X_RT_Queue="root", X_Priority="1"),
    )
    (made,) = rows(core, Ticket)
    assert (made.priority, made.owner_id, made.team_id) == (2, None, None)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.kunde.example>"},
        {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "All"},
    ],
    ids=str,
)
def test_atk_m10_machine_mail_is_never_answered(
    core: Core, parser: Parser, headers: dict[str, str]
) -> None:
    (row,) = receive(core, parser, letter(**headers))
    assert (row.outcome, len(rows(core, Ticket)), rows(core, OutboundMail)) == ("message", 1, [])


@pytest.mark.parametrize(
    ("subject", "headers"),
    [("Out of office: back on Monday", {}), ("Re: printer", {"Auto_Submitted": "auto-replied"})],
)
def test_atk_m10_absence_becomes_a_note_and_moves_no_state(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser, subject: str, headers: dict[str, str]
) -> None:
    tickets.change(desk, desk.session.get_one(Ticket, ticket.id), {"state": "solved"})
    desk.commit()
    before = len(rows(core, OutboundMail))
    receive(core, parser, letter(subject=subject, In_Reply_To=f"<{reply_id(core)}>", **headers))
    assert messages(core, ticket)[-1].kind == "note"
    assert [t.state for t in rows(core, Ticket)] == ["solved"]
    assert len(rows(core, OutboundMail)) == before


def test_atk_m10_absence_without_a_ticket_is_ignored_by_name(core: Core, parser: Parser) -> None:
    (row,) = receive(core, parser, letter(Auto_Submitted="auto-replied"))
    assert (row.outcome, row.reason, rows(core, Ticket)) == ("ignored", "auto-replied", [])


def test_atk_m12_one_address_gets_three_answers_in_ten_minutes_and_ten_a_day(
    core: Core, parser: Parser
) -> None:
    receive(core, parser, *[letter(body=f"mail {n}") for n in range(6)])
    assert len(rows(core, OutboundMail)) == 3
    for _ in range(8):
        core.clock.go(minutes=11)
        receive(core, parser, *[letter(body="once more") for n in range(3)])
    assert len(rows(core, OutboundMail)) == 10
    assert len(rows(core, Ticket)) == 30


def test_atk_m13_own_mail_that_comes_back_is_ignored_by_name(
    core: Core, ticket: Ticket, parser: Parser
) -> None:
    before = len(rows(core, Ticket))
    again = letter("Tresen <support@tresen.example>", Message_ID=f"<{reply_id(core)}>")
    marked = letter(X_Tresen_Loop=keys.loop_mark(core.config))
    found = receive(core, parser, again, marked)
    assert [(row.outcome, row.reason) for row in found] == [("ignored", "own-mail")] * 2
    assert len(rows(core, Ticket)) == before


def test_atk_m18_crowd_of_addresses_makes_nobody_known(core: Core, parser: Parser) -> None:
    crowd = ", ".join(f"p{n}@crowd.example" for n in range(10_000))
    (row,) = receive(core, parser, letter(Cc=crowd))
    assert row.outcome == "message"
    assert (len(rows(core, Person)), rows(core, Participant)) == (1, [])


def test_atk_m18_at_most_forty_colleagues_join_by_one_mail(
    core: Core, desk: Desk, parser: Parser
) -> None:
    karla = make_customer(desk)
    for number in range(60):
        mate = people.add_person(desk, f"Mate {number}", f"m{number}@kunde.example")
        mate.organisation_id = karla.organisation_id
    desk.commit()
    receive(core, parser, letter(Cc=", ".join(f"m{n}@kunde.example" for n in range(60))))
    assert len(rows(core, Participant)) == 40


def test_atk_m19_differing_reply_to_is_kept_in_sight_and_not_answered(
    core: Core, desk: Desk, parser: Parser
) -> None:
    receive(core, parser, letter(Reply_To="evil@fremd.example"))
    assert rows(core, Message)[0].recipients["reply_to"] == ["evil@fremd.example"]
    made = desk.session.scalars(select(Ticket)).one()
    tickets.add_message(desk, made, NewMessage("Our answer", "web"))
    desk.commit()
    addresses = {recipient.address for recipient in rows(core, OutboundRecipient)}
    assert addresses == {"karla@kunde.example"}


def test_closed_ticket_is_followed_by_a_new_linked_one(
    core: Core, desk: Desk, ticket: Ticket, parser: Parser
) -> None:
    tickets.change(desk, desk.session.get_one(Ticket, ticket.id), {"state": "closed"})
    desk.commit()
    receive(core, parser, letter(In_Reply_To=f"<{reply_id(core)}>"))
    assert [(link.ticket_id, link.other_id, link.kind) for link in rows(core, TicketLink)] == [
        (last_ticket(core).id, ticket.id, "follows")
    ]


def test_mail_to_two_mailboxes_is_one_message_for_each(core: Core, parser: Parser) -> None:
    boxes = [add_mailbox(core), add_mailbox(core, "sales@tresen.example")]
    raw = letter()
    for box in boxes:
        receive(core, parser, raw, mailbox_id=box)
    assert [made.mailbox_id for made in rows(core, Ticket)] == boxes
