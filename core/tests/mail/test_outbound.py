# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands in the outbox after a mail was queued: senders, receivers, ids, threads."""

from dataclasses import replace

import pytest
from mail.letters import add_mailbox
from mail.servers import make_quiet_ticket
from sqlalchemy import select
from tresen.desk import Core, Desk
from tresen.errors import Refused
from tresen.mail import bells, keys
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.mail.tokens import SignedId
from tresen.people.models import Person
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    return make_quiet_ticket(desk, customer)


def queued(desk: Desk, *receivers: Receiver, **given: object) -> OutboundMail:
    fields: dict[str, object] = {"purpose": "reply", "subject": "Hello", "text": "Text\n"}
    return queue(desk, NewMail(receivers=receivers, **(fields | given)))  # type: ignore[arg-type] # fields of NewMail


def receivers_of(desk: Desk, mail: OutboundMail) -> list[tuple[str, str, str, str]]:
    found = desk.session.scalars(
        select(OutboundRecipient)
        .where(OutboundRecipient.mail_id == mail.id)
        .order_by(OutboundRecipient.id)
    )
    return [(r.field, r.address, r.name, r.state) for r in found]


KARLA = Receiver("karla@kunde.example", "Karla")


def test_queued_mail_waits_from_now_on(desk: Desk) -> None:
    mail = queued(desk, KARLA)
    assert (mail.state, mail.next_at, mail.created_at, mail.attempts, mail.last_reply) == (
        "waiting",
        desk.now(),
        desk.now(),
        0,
        "",
    )
    assert (mail.leased_until, mail.sent_at, mail.is_maybe_twice) == (None, None, False)


def test_mail_without_receivers_is_kept_and_says_why_it_stays(desk: Desk) -> None:
    mail = queued(desk)
    assert (mail.state, mail.last_reply, receivers_of(desk, mail)) == (
        "suppressed",
        "nobody to send it to",
        [],
    )


def test_each_address_stands_once_where_it_was_first_named(desk: Desk) -> None:
    mail = queued(
        desk,
        Receiver("Karla@Kunde.Example", "Karla"),
        Receiver("otto@kunde.example", field="cc"),
        Receiver(" karla@kunde.example ", "Somebody", "cc"),
        Receiver("otto@KUNDE.example", "Otto", "bcc"),
    )
    assert receivers_of(desk, mail) == [
        ("to", "karla@kunde.example", "Karla", "waiting"),
        ("cc", "otto@kunde.example", "", "waiting"),
    ]


def test_name_of_a_receiver_is_one_harmless_line(desk: Desk) -> None:
    mail = queued(
        desk, Receiver("a@kunde.example", "Karla\r\nBcc: evil@x.example\u202e" + "x" * 300)
    )
    ((_field, _address, name, _state),) = receivers_of(desk, mail)
    assert (name.startswith("Karla Bcc: evil@x.example[U+202E]xxx"), len(name)) == (True, 200)


@pytest.mark.parametrize(
    "address",
    ["", "karla", "a b@kunde.example", "a@kunde.example\r\nRCPT TO:<b@c.example>", "@x.y"],
)
def test_address_that_is_none_is_refused_and_queues_nothing(desk: Desk, address: str) -> None:
    with pytest.raises(Refused, match="is no mail address"):
        queued(desk, KARLA, Receiver(address))
    assert desk.session.scalars(select(OutboundMail)).all() == []


def test_mail_without_a_ticket_comes_from_the_installation(core: Core, desk: Desk) -> None:
    core.config = replace(core.config, mail_from="hilfe@tresen.example", operator="Beispiel GmbH")
    mail = queued(desk, KARLA)
    assert (mail.sender, mail.ticket_id, mail.mailbox_id, mail.reply_to, mail.references) == (
        "Beispiel GmbH <hilfe@tresen.example>",
        None,
        None,
        "",
        "",
    )


def test_mail_of_a_ticket_comes_from_the_mailbox_that_the_customer_wrote_to(
    core: Core, desk: Desk, ticket: Ticket
) -> None:
    desk.commit()
    ticket.mailbox_id = add_mailbox(core, "lager@tresen.example")
    mail = queued(desk, KARLA, ticket=ticket, sender_name="Anna Agent", is_automatic=False)
    assert (mail.sender, mail.envelope_from, mail.mailbox_id) == (
        "Anna Agent, Tresen <lager@tresen.example>",
        "lager@tresen.example",
        ticket.mailbox_id,
    )


def test_automatic_mail_has_an_envelope_that_comes_back_to_nobody(desk: Desk) -> None:
    assert [queued(desk, KARLA, is_automatic=each).envelope_from for each in (True, False)] == [
        "",
        "service@localhost",
    ]


@pytest.mark.parametrize(
    ("given", "operator", "sender"),
    [
        ("Anna <boss@bank.example>", "Tresen", "Anna (boss@bank.example), Tresen"),
        ("Anna\r\nTo: x@y.example", "Tresen", "Anna To: x@y.example, Tresen"),
        ("", "", ""),
        ("Anna", "", "Anna"),
        ("Ä" * 400, "Tresen", "Ä" * 299 + "…"),
    ],
)
def test_name_of_the_sender_cannot_end_early(
    core: Core, desk: Desk, given: str, operator: str, sender: str
) -> None:
    core.config = replace(core.config, operator=operator)
    assert queued(desk, KARLA, sender_name=given).sender == f"{sender} <service@localhost>"


def test_message_id_names_the_ticket_under_our_key(desk: Desk, ticket: Ticket) -> None:
    mail = queued(desk, KARLA, ticket=ticket)
    found = keys.read_message_id(desk.config, mail.internet_message_id)
    assert isinstance(found, SignedId)
    assert (found.ticket_id, mail.internet_message_id.rpartition("@")[2]) == (
        ticket.id,
        "localhost",
    )


def test_two_mails_never_share_an_id(desk: Desk, ticket: Ticket) -> None:
    ids = {queued(desk, KARLA, ticket=ticket).internet_message_id for _ in range(50)}
    assert len(ids) == 50


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("One\r\nBcc: x@y.example", "One Bcc: x@y.example"),
        ("a" * 500, "a" * 379 + "…"),
        ("  spaces \t and \u2028 lines ", "spaces and lines"),
        ("\u202egpj.exe", "[U+202E]gpj.exe"),
    ],
)
def test_subject_is_one_line_that_fits(desk: Desk, subject: str, kept: str) -> None:
    assert queued(desk, KARLA, subject=subject).subject == kept


def say(desk: Desk, ticket: Ticket, identifier: str | None, kind: str = "reply") -> None:
    new = NewMessage("Text", "mail", kind=kind, is_inbound=True, internet_message_id=identifier)
    tickets.add_message(desk, ticket, new)


def test_thread_goes_back_over_public_messages_the_newest_last(desk: Desk, ticket: Ticket) -> None:
    for identifier in ("first@kunde.example", None, "second@kunde.example"):
        say(desk, ticket, identifier)
    say(desk, ticket, "note@kunde.example", kind="note")
    mail = queued(desk, KARLA, ticket=ticket)
    assert (mail.references, mail.in_reply_to) == (
        "first@kunde.example second@kunde.example",
        "second@kunde.example",
    )


def test_thread_names_the_ten_newest_messages(desk: Desk, ticket: Ticket) -> None:
    for number in range(14):
        say(desk, ticket, f"{number}@kunde.example")
    mail = queued(desk, KARLA, ticket=ticket)
    assert mail.references.split() == [f"{number}@kunde.example" for number in range(4, 14)]


@pytest.mark.parametrize(
    "identifier",
    ["a b@kunde.example", "grüße@kunde.example", "a@b\r\nBcc: x@y.example", "\x7f@b", ""],
)
def test_strangers_id_that_could_break_a_header_is_left_out(
    desk: Desk, ticket: Ticket, identifier: str
) -> None:
    say(desk, ticket, "good@kunde.example")
    say(desk, ticket, identifier)
    assert queued(desk, KARLA, ticket=ticket).references == "good@kunde.example"


def test_thread_of_another_ticket_is_not_named(
    desk: Desk, ticket: Ticket, customer: Person
) -> None:
    other = make_quiet_ticket(desk, customer)
    say(desk, other, "other@kunde.example")
    assert queued(desk, KARLA, ticket=ticket).in_reply_to is None


@pytest.mark.parametrize(
    ("takes", "purpose", "is_signed"),
    [
        (True, "reply", True),
        (True, "receipt", True),
        (True, "notice", False),
        (False, "reply", False),
    ],
)
def test_reply_address_is_signed_where_it_would_arrive(
    core: Core, desk: Desk, ticket: Ticket, takes: bool, purpose: str, is_signed: bool
) -> None:
    desk.commit()
    ticket.mailbox_id = add_mailbox(core, takes_subaddresses=takes)
    mail = queued(desk, KARLA, ticket=ticket, purpose=purpose)
    leads_to = keys.ticket_of_address(desk, mail.reply_to) if mail.reply_to else None
    assert leads_to == (ticket.id if is_signed else None)


def test_signed_address_outlives_a_change_of_the_key(
    core: Core, desk: Desk, ticket: Ticket
) -> None:
    desk.commit()
    ticket.mailbox_id = add_mailbox(core, takes_subaddresses=True)
    mail = queued(desk, KARLA, ticket=ticket)
    old = core.config.secret_key
    core.config = replace(core.config, secret_key="n" * 40, secret_key_fallbacks=(old,))
    assert keys.ticket_of_address(desk, mail.reply_to) == ticket.id
    assert keys.read_message_id(core.config, f"<{mail.internet_message_id}>") is not None
    core.config = replace(core.config, secret_key_fallbacks=())
    assert keys.ticket_of_address(desk, mail.reply_to) is None
    assert keys.read_message_id(core.config, mail.internet_message_id) is None


def test_worker_is_woken_by_the_commit_and_not_before(core: Core, desk: Desk) -> None:
    bell = bells.bell(core, bells.OUTBOUND)
    queued(desk, KARLA)
    assert not bell.is_set()
    desk.commit()
    assert bell.is_set()


def test_rolled_back_mail_wakes_nobody_and_is_not_there(core: Core, desk: Desk) -> None:
    queued(desk, KARLA)
    desk.rollback()
    desk.commit()
    assert not bells.bell(core, bells.OUTBOUND).is_set()
    assert desk.session.scalars(select(OutboundMail)).all() == []


def test_loop_mark_is_the_installations_own(core: Core) -> None:
    other = replace(core.config, secret_key="o" * 40)
    assert keys.loop_mark(core.config) != keys.loop_mark(other)
    assert keys.loop_mark(core.config) == keys.loop_mark(replace(core.config, operator="Other"))
