# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers and careless agents type must not steer the mails that go out: M14 to M16."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from mail.letters import letter, receive
from mail.servers import deliver_all, make_quiet_ticket, outbox, queue_to, rows, sending, states
from tresen.desk import Core, Desk
from tresen.errors import Refused
from tresen.files import service as files
from tresen.mail.models import OutboundRecipient
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.mail.reading.parser import Parser
from tresen.mail.sendable import is_sendable
from tresen.people.models import Person
from tresen.testing.smtp_sink import SmtpSink
from tresen.tickets import service as tickets
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

# What would be a receiver of its own if a line break survived.
BREAK = "\r\nBcc: evil@fremd.example\r\n\r\n"
BAD_ADDRESSES = {
    "line break": '"a\r\nRCPT TO:<evil@fremd.example>"@example.com',
    "angle": "karla>@kunde.example",
    "two in one": "karla@kunde.example> SIZE=1 <evil@fremd.example",
    "space": "karla kundin@kunde.example",
    "nul": "karla\0@kunde.example",
    "break at the end": "karla@kunde.example\r\nDATA",
    "quoted": '"karla"@kunde.example',
    "parameter": "karla@kunde.example> NOTIFY=SUCCESS",
}


def sent(core: Core) -> tuple[SmtpSink, EmailMessage]:
    """Deliver what waits; return the server and the last mail that it got."""
    with sending(core) as sink:
        deliver_all(core)
    return sink, sink.delivered[-1].mail


def assert_one_receiver(sink: SmtpSink, mail: EmailMessage, address: str) -> None:
    assert mail["Bcc"] is None
    assert mail.defects == []
    assert {receiver for got in sink.delivered for receiver in got.receivers} == {address}


def test_atk_m14_line_break_in_a_subject_makes_no_header(core: Core, desk: Desk) -> None:
    queue_to(desk, "karla@kunde.example", subject=f"Hello{BREAK}Text")
    desk.commit()
    sink, mail = sent(core)
    assert_one_receiver(sink, mail, "karla@kunde.example")
    assert mail["Subject"] == "Hello Bcc: evil@fremd.example Text"
    assert mail.get_content() == "Plug it in.\r\n"


def test_atk_m14_line_break_in_a_display_name_makes_no_header(core: Core, desk: Desk) -> None:
    core.config = replace(core.config, operator=f"Desk{BREAK}")
    named = Receiver("karla@kunde.example", f"Karla{BREAK}")
    queue(desk, NewMail("reply", "Hello", "Text\n", [named], sender_name=f"Anna{BREAK}"))
    desk.commit()
    sink, mail = sent(core)
    assert_one_receiver(sink, mail, "karla@kunde.example")
    (shown,) = mail["To"].addresses
    assert (shown.display_name, shown.addr_spec) == (
        "Karla Bcc: evil@fremd.example",
        "karla@kunde.example",
    )
    assert [each.addr_spec for each in mail["From"].addresses] == ["service@localhost"]


def test_atk_m14_line_break_in_a_file_name_makes_no_header(
    core: Core, desk: Desk, customer: Person
) -> None:
    ticket = make_quiet_ticket(desk, customer)
    file = files.store_file(desk, f"plan{BREAK}.txt", "text/plain", b"plan")
    new = NewMessage("See the file", "web", files=((file.id, ""),))
    tickets.add_message(desk, ticket, new)
    desk.commit()
    sink, mail = sent(core)
    assert_one_receiver(sink, mail, "karla@kunde.example")
    (attached,) = mail.iter_attachments()
    assert attached["Bcc"] is None
    assert attached.get_content() == "plan"


def test_atk_m14_subject_of_a_stranger_comes_back_in_one_header(core: Core, parser: Parser) -> None:
    smuggled = "=?utf-8?q?Hello=0D=0ABcc:_evil@fremd.example=0D=0A=0D=0AText?="
    raw = letter().replace(b"Subject: Nothing prints", f"Subject: {smuggled}".encode())
    receive(core, parser, raw)
    sink, mail = sent(core)
    assert_one_receiver(sink, mail, "karla@kunde.example")
    assert mail["Subject"].startswith("Received: Hello Bcc: evil@fremd.example Text")


@pytest.mark.parametrize("kind", BAD_ADDRESSES)
def test_atk_m15_address_that_would_speak_to_the_server_is_refused(desk: Desk, kind: str) -> None:
    with pytest.raises(Refused, match=r"is no mail address\.$"):
        queue_to(desk, BAD_ADDRESSES[kind])


@pytest.mark.parametrize("field", ["to", "bcc"])
@pytest.mark.parametrize("kind", BAD_ADDRESSES)
def test_atk_m15_dialogue_names_exactly_the_receivers_that_are_addresses(
    core: Core, desk: Desk, kind: str, field: str
) -> None:
    """An address that came into the table on another way does not come into the dialogue."""
    queue_to(desk, "karla@kunde.example")
    spoiled = queue_to(desk, "otto@kunde.example")
    address = BAD_ADDRESSES[kind].replace("\0", "\x01")  # PostgreSQL keeps no NUL
    desk.session.add(OutboundRecipient(mail_id=spoiled.id, field=field, address=address))
    desk.commit()
    with sending(core) as sink:
        deliver_all(core)
    assert sorted(sink.asked) == ["karla@kunde.example", "otto@kunde.example"]
    assert len(sink.delivered) == 2
    assert states(core) == {
        "karla@kunde.example": "sent",
        "otto@kunde.example": "sent",
        address: "failed",
    }


@pytest.mark.parametrize("kind", BAD_ADDRESSES)
def test_atk_m15_sender_with_such_an_address_brings_no_other_into_the_dialogue(
    core: Core, parser: Parser, kind: str
) -> None:
    raw = b"From: " + BAD_ADDRESSES[kind].encode() + b"\nSubject: x\nMessage-ID: <1@a>\n\nHello\n"
    (row,) = receive(core, parser, raw)
    assert (row.outcome, len(rows(core, Ticket))) == ("message", 1)
    named = [recipient.address for recipient in rows(core, OutboundRecipient)]
    with sending(core) as sink:
        deliver_all(core)
    assert sink.asked == [address for address in named if is_sendable(address)] == named


def test_atk_m16_notice_names_the_address_beside_a_name_that_pretends(
    core: Core, desk: Desk, agent: Person, customer: Person, parser: Parser
) -> None:
    ticket = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.commit()
    before = len(outbox(core))
    pretended = '"Anna Agent <img src=x onerror=alert(1)>" <karla@kunde.example>'
    receive(core, parser, letter(pretended, f"Re: [#{ticket.number}]", "Trust me"))
    (notice,) = outbox(core)[before:]
    first = notice.text.partition("\n")[0]
    assert (notice.purpose, notice.html) == ("notice", None)
    assert first == (
        "Anna Agent <img src=x onerror=alert(1)> <karla@kunde.example> "
        f"wrote on ticket {ticket.number}:"
    )
