# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many mails settled together: what each would find alone it finds here, for a fixed price."""

from collections import Counter

from mail.letters import add_mailbox, letter, store_all
from mail.servers import make_quiet_ticket, outbox, rows
from tresen.desk import Core, Desk
from tresen.hooks import hookimpl
from tresen.mail import inbound
from tresen.mail.inbound import process
from tresen.mail.models import AutomaticMail, InboundMail, OutboundRecipient
from tresen.mail.reading.parser import Parser
from tresen.people import service as people
from tresen.people.models import EmailAddress, Person
from tresen.search.models import SearchEntry
from tresen.testing.factories import make_customer, make_person
from tresen.testing.statements import recorded
from tresen.tickets.models import Message, Participant, Ticket


class Poison:
    """A plugin that chokes on one mail, and says how often it was asked."""

    def __init__(self) -> None:
        self.seen = 0

    @hookimpl
    def message_added(self, desk: Desk, ticket: Ticket, message: Message) -> None:
        self.seen += 1
        if "poison" in message.body:
            raise ZeroDivisionError("poison")


def settle(core: Core, parser: Parser, *raws: bytes, mailbox_id: int | None = None) -> None:
    """Store the mails and settle them in one batch."""
    store_all(core, raws, mailbox_id)
    assert process(core, parser) == len(raws)
    assert process(core, parser) == 0


def statements_for(core: Core, parser: Parser, raws: list[bytes]) -> int:
    store_all(core, raws)
    with recorded(core.engine) as statements:
        assert process(core, parser) == len(raws)
    return len(statements)


def test_new_tickets_cost_the_same_statements_however_many(
    core: Core, desk: Desk, parser: Parser
) -> None:
    for number in range(30):
        make_person(desk, f"P{number}", f"p{number}@kunde.example")
    desk.commit()
    letters = [letter(f"P <p{n}@kunde.example>") for n in range(30)]
    few = statements_for(core, parser, letters[:10])
    # On PostgreSQL each ticket asks for its number, so that numbers have no gaps.
    more = 0 if desk.is_sqlite else 10
    assert statements_for(core, parser, letters[10:]) == few + more


def test_follow_ups_cost_the_same_statements_however_many(
    core: Core, desk: Desk, customer: Person, agent: Person, parser: Parser
) -> None:
    tickets = [make_quiet_ticket(desk, customer, owner_id=agent.id) for _ in range(30)]
    desk.commit()
    letters = [letter(subject=f"[#{ticket.number}]") for ticket in tickets]
    few = statements_for(core, parser, letters[:10])
    assert statements_for(core, parser, letters[10:]) == few


def test_follow_ups_in_a_restricted_team_cost_the_same_statements_however_many(
    core: Core, desk: Desk, customer: Person, agent: Person, parser: Parser
) -> None:
    team = people.add_team(desk, "Board", [agent], is_restricted=True)
    given = {"owner_id": agent.id, "team_id": team.id}
    tickets = [make_quiet_ticket(desk, customer, **given) for _ in range(30)]
    desk.commit()
    letters = [letter(subject=f"[#{ticket.number}]") for ticket in tickets]
    few = statements_for(core, parser, letters[:10])
    assert statements_for(core, parser, letters[10:]) == few
    notices = Counter(mail.message_id for mail in outbox(core) if mail.purpose == "notice")
    assert len(notices) == 30 + 30


def test_raw_mails_cost_the_same_statements_however_many(core: Core) -> None:
    box = add_mailbox(core)
    spent = []
    for count in (2, 20):
        with recorded(core.engine) as statements:
            store_all(core, [letter() for _ in range(count)], box)
        spent.append(len(statements))
    assert spent[0] == spent[1]


def test_poison_in_a_batch_costs_only_itself(core: Core, parser: Parser) -> None:
    poison = Poison()
    core.plugins.pm.register(poison, "poison")
    settle(core, parser, letter(), letter(body="poison"), letter())
    found = [(row.outcome, row.reason) for row in rows(core, InboundMail)]
    held = ("held", "error: ZeroDivisionError: poison")
    assert found == [("message", ""), held, ("message", "")]
    # Together until the poison, then each by itself.
    assert poison.seen == 2 + 3
    assert (len(rows(core, Ticket)), len(rows(core, Message))) == (2, 2)


def test_poison_of_a_new_person_leaves_that_person_to_the_next_mail(
    core: Core, parser: Parser
) -> None:
    core.plugins.pm.register(Poison(), "poison")
    settle(core, parser, letter(body="poison"), letter(), letter())
    assert [row.outcome for row in rows(core, InboundMail)] == ["held", "message", "message"]
    assert len(rows(core, Person)) == 1


def test_new_person_who_writes_twice_is_one_person(core: Core, parser: Parser) -> None:
    settle(core, parser, letter(), letter("K. K. <Karla@Kunde.example>"))
    assert [person.name for person in rows(core, Person)] == ["Karla Kundin"]
    assert len(rows(core, Ticket)) == 2


def test_reply_beside_its_question_is_on_its_ticket(core: Core, parser: Parser) -> None:
    first = "<first@kunde.example>"
    settle(core, parser, letter(Message_ID=first), letter(In_Reply_To=first))
    assert [len(rows(core, Ticket)), len(rows(core, Message))] == [1, 2]


def test_reply_of_somebody_else_beside_the_question_is_a_ticket_with_a_hint(
    core: Core, parser: Parser
) -> None:
    first = "<first@kunde.example>"
    stranger = letter("Eve <eve@fremd.example>", In_Reply_To=first)
    settle(core, parser, letter(Message_ID=first), stranger)
    assert len(rows(core, Ticket)) == 2
    assert [message.kind for message in rows(core, Message)] == ["reply", "reply", "note"]


def test_same_content_on_another_way_beside_it_is_ignored(core: Core, parser: Parser) -> None:
    raw = letter()
    settle(core, parser, raw, b"X-Way: 2\n" + raw, mailbox_id=add_mailbox(core))
    found = [(row.outcome, row.reason) for row in rows(core, InboundMail)]
    assert found == [("message", ""), ("ignored", "duplicate")]


def test_copied_colleague_takes_part(core: Core, desk: Desk, parser: Parser) -> None:
    karla = make_customer(desk)
    make_person(desk, "Knut", "knut@kunde.example").organisation_id = karla.organisation_id
    make_person(desk, "Eve", "eve@fremd.example")
    desk.commit()
    settle(core, parser, letter(Cc="knut@kunde.example, eve@fremd.example, karla@kunde.example"))
    names = {person.id: person.name for person in rows(core, Person)}
    assert [names[row.person_id] for row in rows(core, Participant)] == ["Knut"]


def test_receipts_of_one_batch_count_against_the_limit(core: Core, parser: Parser) -> None:
    settle(core, parser, *[letter(body=f"number {n}") for n in range(5)])
    assert Counter(mail.purpose for mail in outbox(core)) == {"receipt": 3}
    settle(core, parser, letter(body="one more"))
    assert len(rows(core, AutomaticMail)) == 3


def test_notices_of_one_batch_refer_to_what_was_said_before(
    core: Core, desk: Desk, customer: Person, agent: Person, parser: Parser
) -> None:
    ticket = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.commit()
    ids = [f"<{n}@kunde.example>" for n in range(3)]
    settle(
        core, parser, *[letter(subject=f"[#{ticket.number}]", Message_ID=each) for each in ids[:2]]
    )
    settle(core, parser, letter(subject=f"[#{ticket.number}]", Message_ID=ids[2]))
    referred = [mail.references for mail in outbox(core) if mail.purpose == "notice"]
    assert [names.count("@kunde.example") for names in referred][-3:] == [1, 2, 3]


def test_notices_go_to_the_primary_address_of_the_owner(
    core: Core, desk: Desk, customer: Person, agent: Person, parser: Parser
) -> None:
    desk.session.add(
        EmailAddress(person_id=agent.id, address="a.agent@tresen.example", is_primary=False)
    )
    ticket = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.commit()
    settle(core, parser, letter(subject=f"[#{ticket.number}] more"))
    notices = {mail.id for mail in outbox(core) if mail.purpose == "notice"}
    found = [row.address for row in rows(core, OutboundRecipient) if row.mail_id in notices]
    assert found == ["anna@tresen.example"] * 2


def test_numbers_of_tickets_have_no_gaps(core: Core, parser: Parser) -> None:
    settle(core, parser, letter(), letter())
    settle(core, parser, letter(Auto_Submitted="auto-replied"))
    settle(core, parser, letter())
    assert [ticket.number for ticket in rows(core, Ticket)] == [10_001, 10_002, 10_003]


def test_each_text_of_a_batch_is_in_the_index(core: Core, parser: Parser) -> None:
    settle(core, parser, letter(body="Wasserwaage"), letter(body="Hobel"))
    found = [entry.body_stems for entry in rows(core, SearchEntry) if entry.part_id]
    assert found == ["wasserwaag", "hobel"]


def test_settling_alone_finds_what_settling_together_finds(
    core: Core, desk: Desk, customer: Person, agent: Person, parser: Parser
) -> None:
    ticket = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.commit()
    store_all(core, [letter(subject=f"[#{ticket.number}]"), letter("Neu <neu@kunde.example>")])
    read = inbound._read(core, parser, inbound._claim(core, 10))
    inbound._settle(core, read, is_bulk=False)
    assert [row.outcome for row in rows(core, InboundMail)] == ["message", "message"]
    assert Counter(mail.purpose for mail in outbox(core)) == {"notice": 2, "receipt": 1}
