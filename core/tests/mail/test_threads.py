# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which ticket a mail belongs to, who its sender is, and what of it stands on the ticket."""

from dataclasses import replace

import pytest
from mail.letters import add_mailbox
from mail.servers import make_quiet_ticket
from sqlalchemy import select
from tresen.desk import Core, Desk
from tresen.files.models import StoredFile
from tresen.mail import contents, identifiers, keys, senders, threads
from tresen.mail.classify import MailKind, Verdict
from tresen.mail.lookups import Lookups
from tresen.mail.models import InboundMail, OutboundMail
from tresen.mail.records import Address, Header, Mail, MailPart, Split
from tresen.people import service as people
from tresen.people.models import Person
from tresen.testing.factories import make_customer
from tresen.tickets import service as tickets
from tresen.tickets.models import Participant, Ticket
from tresen.tickets.records import NewMessage

PERSON = Verdict(MailKind.PERSON)
KARLA = Address("Karla Kundin", "karla@kunde.example")
MAIL = Mail("<new@kunde.example>", "Nothing prints", sender=KARLA)


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """A ticket of Karla with an agent's reply."""
    made = make_quiet_ticket(desk, customer)
    tickets.add_message(desk, made, NewMessage("Our answer", "web", author_name="Anna"))
    return made


def looked_up(desk: Desk, mail: Mail, **row: object) -> Lookups:
    """What is asked about a mail before it is judged."""
    return Lookups(desk, [(InboundMail(**{"envelope_to": ""} | row), mail)])


def thread(desk: Desk, mail: Mail, sender: Person | None, **row: object) -> threads.Thread:
    stored = InboundMail(**{"envelope_to": ""} | row)
    return threads.find_thread(desk, stored, mail, sender, looked_up(desk, mail, **row))


def place(desk: Desk, mail: Mail, sender: Person | None, **row: object) -> tuple[int | None, str]:
    """The ticket's id and how it was found."""
    found = thread(desk, mail, sender, **row)
    return found.ticket.id if found.ticket else None, found.how


def reply_id(desk: Desk) -> str:
    return desk.session.scalars(
        select(OutboundMail.internet_message_id).where(OutboundMail.purpose == "reply")
    ).one()


def signed(desk: Desk, ticket: Ticket) -> str:
    return keys.reply_address(desk, "support@tresen.example", ticket.id)


@pytest.mark.parametrize("field", ["to", "cc", "delivered-to", "x-original-to", "envelope-to"])
def test_signed_address_counts_wherever_a_server_wrote_it(
    desk: Desk, ticket: Ticket, field: str
) -> None:
    address = signed(desk, ticket).upper()
    if field in ("to", "cc"):
        mail = replace(MAIL, **{field: (Address("", address),)})
    else:
        mail = replace(MAIL, headers=(Header(field, address),))
    assert place(desk, mail, None) == (ticket.id, "token")


def test_envelope_is_looked_at_before_the_header(desk: Desk, ticket: Ticket) -> None:
    other = make_quiet_ticket(desk, make_customer(desk, "Otto", "otto@kunde.example"))
    mail = replace(MAIL, to=(Address("", signed(desk, other)),))
    assert place(desk, mail, None, envelope_to=signed(desk, ticket)) == (ticket.id, "token")


def test_token_beats_a_reference_and_a_reference_the_subject(
    desk: Desk, ticket: Ticket, customer: Person
) -> None:
    other, third = (make_quiet_ticket(desk, customer) for _ in range(2))
    mail = replace(
        MAIL,
        subject=f"Re: x [#{third.number}]",
        in_reply_to=(f"<{reply_id(desk)}>",),
        to=(Address("", signed(desk, other)),),
    )
    assert [
        place(desk, mail, customer),
        place(desk, replace(mail, to=()), customer),
        place(desk, replace(mail, to=(), in_reply_to=()), customer),
        place(desk, replace(mail, to=(), in_reply_to=(), subject="x"), customer),
    ] == [(other.id, "token"), (ticket.id, "reference"), (third.id, "subject"), (None, "")]


@pytest.mark.parametrize("field", ["in_reply_to", "references"])
def test_reference_of_a_colleague_who_takes_part_counts(
    desk: Desk, ticket: Ticket, field: str
) -> None:
    otto = make_customer(desk, "Otto", "otto@kunde.example")
    mail = replace(MAIL, **{field: (f"<{reply_id(desk)}>",)})
    before = place(desk, mail, otto)
    tickets.add_participant(desk, ticket, otto)
    assert (before, place(desk, mail, otto)) == ((None, ""), (ticket.id, "reference"))


def test_named_tickets_of_others_are_hints_for_agents(desk: Desk, ticket: Ticket) -> None:
    otto = make_customer(desk, "Otto", "otto@kunde.example")
    mail = replace(MAIL, subject=f"[#{ticket.number}] [#99999] x", in_reply_to=(reply_id(desk),))
    found = thread(desk, mail, otto)
    assert (found.ticket, found.hints) == (None, (ticket.id,))


def test_of_many_named_tickets_the_first_five_are_hints(desk: Desk, customer: Person) -> None:
    named = [make_quiet_ticket(desk, customer) for _ in range(8)]
    subject = "".join(f"[#{each.number}]" for each in reversed(named))
    otto = make_customer(desk, "Otto", "otto@kunde.example")
    found = thread(desk, replace(MAIL, subject=subject, in_reply_to=()), otto)
    assert found.hints == tuple(each.id for each in named[3:])


def test_newest_reference_is_tried_first(desk: Desk, ticket: Ticket, customer: Person) -> None:
    old = make_quiet_ticket(desk, customer)
    first = NewMessage("x", "mail", is_inbound=True, internet_message_id="old@kunde.example")
    tickets.add_message(desk, old, first)
    mail = replace(MAIL, references=("<old@kunde.example>", f"<{reply_id(desk)}>"))
    assert place(desk, mail, customer) == (ticket.id, "reference")


def test_token_of_a_ticket_that_was_deleted_leads_nowhere(desk: Desk, ticket: Ticket) -> None:
    mail = replace(MAIL, to=(Address("", keys.reply_address(desk, "s@t.example", 4_711)),))
    assert place(desk, mail, None) == (None, "")


@pytest.mark.parametrize(
    ("identifier", "kept"),
    [
        ("<a@b.example>", "a@b.example"),
        ("  <a@b.example>  ", "a@b.example"),
        ("a@b.example", "a@b.example"),
        ("<" + "a" * 300 + ">", "a" * 255),
        ("", ""),
    ],
)
def test_id_is_stored_without_brackets_and_bounded(identifier: str, kept: str) -> None:
    assert identifiers.cut_id(identifier) == kept


def test_answered_ids_are_each_once_the_nearest_first_and_bounded() -> None:
    many = tuple(f"<{n}@x>" for n in range(30))
    mail = replace(MAIL, in_reply_to=("<29@x>", "<a@x>"), references=many)
    found = identifiers.answered_ids(mail)
    assert (found[:4], len(found)) == (["29@x", "a@x", "28@x", "27@x"], 20)


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        (Address("Karla Kundin", "k@x.example"), "Karla Kundin"),
        (Address("", "k@x.example"), "k@x.example"),
        (Address("K\r\nBcc: x", "k@x.example"), "K Bcc: x"),
        (Address("\u202egpj", "k@x.example"), "[U+202E]gpj"),
        (Address("x" * 300, "k@x.example"), "x" * 199 + "…"),
        (None, ""),
    ],
)
def test_sender_has_a_name_for_one_line(sender: Address | None, name: str) -> None:
    assert senders.sender_name(replace(MAIL, sender=sender)) == name


@pytest.mark.parametrize(
    ("address", "kind", "becomes"),
    [
        ("nora@neu.example", MailKind.PERSON, True),
        ("nora@neu.example", MailKind.AUTO_REPLY, False),
        ("nora@neu.example", MailKind.LIST, False),
        ("nora@neu.example", MailKind.AUTOMATIC, False),
        ("support@tresen.example", MailKind.PERSON, False),
        ("Support+1-2-x@tresen.example", MailKind.PERSON, False),
        ("service@localhost", MailKind.PERSON, False),
        ("nora", MailKind.PERSON, False),
        ("nöra@neu.example", MailKind.PERSON, False),
        ("", MailKind.PERSON, False),
    ],
)
def test_stranger_becomes_known_by_a_persons_mail_alone(
    core: Core, desk: Desk, address: str, kind: MailKind, becomes: bool
) -> None:
    desk.commit()
    add_mailbox(core)
    mail = replace(MAIL, sender=Address("Nora Neu", address))
    found = senders.person_of(desk, mail, Verdict(kind, "rule"), looked_up(desk, mail))
    assert (found.name if found else None) == ("Nora Neu" if becomes else None)
    assert len(desk.session.scalars(select(Person)).all()) == becomes


def test_known_sender_is_known_whatever_wrote_the_mail(desk: Desk, customer: Person) -> None:
    upper = replace(MAIL, sender=Address("Somebody else", "KARLA@kunde.example"))
    for kind in MailKind:
        assert senders.person_of(desk, upper, Verdict(kind), looked_up(desk, upper)) is customer
    assert customer.name == "Karla Kundin"


def join(desk: Desk, ticket: Ticket, sender: Person | None, *copied: str) -> list[int]:
    mail = replace(MAIL, cc=tuple(Address("", address) for address in copied))
    senders.let_join(desk, ticket, mail, sender, looked_up(desk, mail))
    desk.session.flush()
    joined = select(Participant.person_id).where(Participant.ticket_id == ticket.id)
    return sorted(desk.session.scalars(joined))


def test_colleagues_join_and_nobody_else(desk: Desk, ticket: Ticket, customer: Person) -> None:
    mate = people.add_person(desk, "Mate", "mate@kunde.example")
    gone = people.add_person(desk, "Gone", "gone@kunde.example")
    mate.organisation_id = gone.organisation_id = customer.organisation_id
    gone.is_active = False
    make_customer(desk, "Sam", "sam@other.example")
    copied = ("MATE@kunde.example", "gone@kunde.example", "sam@other.example", "new@x.example")
    assert join(desk, ticket, customer, *copied, "karla@kunde.example") == [mate.id]
    assert join(desk, ticket, customer, "mate@kunde.example") == [mate.id]


def test_sender_without_an_organisation_brings_nobody_in(desk: Desk, ticket: Ticket) -> None:
    loner = people.add_person(desk, "Loner", "loner@x.example")
    people.add_person(desk, "Mate", "mate@x.example")
    assert join(desk, ticket, loner, "mate@x.example") == []
    assert join(desk, ticket, None, "mate@x.example") == []


@pytest.mark.parametrize(
    ("split", "text", "body", "quoted"),
    [
        (Split("New", "-- \nK", "> old"), "all", "New", "-- \nK\n\n> old"),
        (Split("New", "", ""), "New", "New", ""),
        (Split("", "", "> old"), "> old\n", "> old", ""),
        (Split(" \n", "-- \nK", ""), "\n-- \nK\n", "-- \nK", ""),
        (Split(), "", "(The mail holds no text.)", ""),
    ],
)
def test_body_is_what_is_new_and_the_rest_is_folded(
    desk: Desk, split: Split, text: str, body: str, quoted: str
) -> None:
    message = contents.message_of(desk, replace(MAIL, split=split, text=text), None)
    assert (message.body, message.quoted) == (body, quoted)


def test_message_of_a_mail_without_a_sender_says_so(desk: Desk) -> None:
    message = contents.message_of(desk, replace(MAIL, sender=None), None)
    assert (message.author_name, message.author_address, message.author_id) == (
        *("Unknown sender", "", None),
    )


def test_receivers_are_kept_as_written_and_a_differing_reply_to_with_them() -> None:
    mail = replace(
        MAIL,
        to=(Address("A", "A@x.example"),),
        cc=(Address("", "b@x.example"), Address("", "c@x.example")),
        reply_to=(KARLA, Address("", "evil@x.example")),
    )
    assert contents.recipients_of(mail) == {
        "to": ["A@x.example"],
        "cc": ["b@x.example", "c@x.example"],
        "reply_to": ["evil@x.example"],
    }
    assert contents.recipients_of(MAIL) == {}


def test_files_are_stored_under_clean_names_and_safe_types(desk: Desk) -> None:
    parts = (
        MailPart("../../etc/passwd", "text/html", b"<script>"),
        MailPart("logo.png", "application/x", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(8), "<l@x>"),
        MailPart("CON.txt", "text/plain", b"x"),
    )
    message = contents.message_of(desk, replace(MAIL, parts=parts), None)
    rows = desk.session.scalars(select(StoredFile).order_by(StoredFile.id))
    assert [(row.name, row.media_type) for row in rows] == [
        ("passwd", "application/octet-stream"),
        ("logo.png", "image/png"),
        ("_CON.txt", "text/plain; charset=utf-8"),
    ]
    assert [content_id for _file, content_id in message.files] == ["", "l@x", ""]


@pytest.mark.parametrize(("subject", "kept"), [("  Hi ", "Hi"), (" ", "(No subject)")])
def test_subject_is_never_blank(subject: str, kept: str) -> None:
    assert contents.subject_of(replace(MAIL, subject=subject)) == kept
