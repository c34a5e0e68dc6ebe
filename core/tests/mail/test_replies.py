# SPDX-License-Identifier: AGPL-3.0-or-later
"""An agent's reply as a mail: to whom, in what words, signed by whom, with which files."""

import pytest
from mail.servers import make_quiet_ticket
from sqlalchemy import select
from tresen.desk import Core, Desk
from tresen.errors import Refused
from tresen.files import service as files
from tresen.mail.compose import files_of
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.people.models import EmailAddress, Person
from tresen.settings import service as settings
from tresen.testing.factories import make_customer, make_person
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    """A ticket whose replies say nothing of a link: that is told in test_request_links.py."""
    settings.write(desk, "mail", {"links_in_replies": False})
    return make_quiet_ticket(desk, customer)


def reply(desk: Desk, ticket: Ticket, body: str = "Plug it in.", **given: object) -> OutboundMail:
    """Reply by the verb; return the mail that it queued."""
    channel = str(given.pop("channel", "web"))
    message = tickets.add_message(desk, ticket, NewMessage(body, channel, **given))  # type: ignore[arg-type] # fields of NewMessage
    found = select(OutboundMail).where(OutboundMail.message_id == message.id)
    return desk.session.scalars(found).one()


def receivers(desk: Desk, mail: OutboundMail) -> list[tuple[str, str, str]]:
    found = select(OutboundRecipient).where(OutboundRecipient.mail_id == mail.id)
    rows = desk.session.scalars(found.order_by(OutboundRecipient.id))
    return [(row.field, row.address, row.name) for row in rows]


def test_reply_goes_to_the_requester_and_those_who_take_part(
    desk: Desk, ticket: Ticket, customer: Person
) -> None:
    otto = make_customer(desk, "Otto", "otto@kunde.example")
    tickets.add_participant(desk, ticket, otto)
    assert receivers(desk, reply(desk, ticket)) == [
        ("to", "karla@kunde.example", "Karla Kundin"),
        ("cc", "otto@kunde.example", "Otto"),
    ]


def test_who_left_gets_no_mail(desk: Desk, ticket: Ticket, customer: Person) -> None:
    otto = make_customer(desk, "Otto", "otto@kunde.example")
    tickets.add_participant(desk, ticket, otto)
    otto.is_active = False
    desk.session.flush()
    assert receivers(desk, reply(desk, ticket)) == [("to", "karla@kunde.example", "Karla Kundin")]


def test_reply_that_reaches_nobody_is_kept_and_shown_as_not_sent(
    desk: Desk, ticket: Ticket, customer: Person
) -> None:
    customer.is_active = False
    desk.session.flush()
    mail = reply(desk, ticket)
    assert (mail.state, mail.last_reply) == ("suppressed", "nobody to send it to")


def test_primary_address_is_written_to_whatever_was_added_first(
    desk: Desk, ticket: Ticket, customer: Person
) -> None:
    for each in desk.session.scalars(select(EmailAddress).filter_by(person_id=customer.id)):
        each.is_primary = False
    desk.session.add(EmailAddress(person_id=customer.id, address="new@kunde.example"))
    desk.session.flush()
    assert receivers(desk, reply(desk, ticket)) == [("to", "new@kunde.example", "Karla Kundin")]


def test_address_that_smtp_cannot_take_is_left_out(
    desk: Desk, ticket: Ticket, customer: Person
) -> None:
    otto = make_customer(desk, "Otto", "otto löw@kunde.example")
    tickets.add_participant(desk, ticket, otto)
    assert receivers(desk, reply(desk, ticket)) == [("to", "karla@kunde.example", "Karla Kundin")]


def test_what_the_agent_chose_counts_alone(desk: Desk, ticket: Ticket) -> None:
    chosen = {"to": ["a@kunde.example"], "cc": ["b@kunde.example"], "bcc": ["c@kunde.example"]}
    mail = reply(desk, ticket, recipients=chosen)
    assert receivers(desk, mail) == [
        ("to", "a@kunde.example", ""),
        ("cc", "b@kunde.example", ""),
        ("bcc", "c@kunde.example", ""),
    ]
    assert desk.session.get_one(Message, mail.message_id).recipients == chosen


def test_mail_that_an_agent_wrote_to_us_goes_to_the_customer(desk: Desk, ticket: Ticket) -> None:
    ours = {"to": ["support@tresen.example"]}
    mail = reply(desk, ticket, recipients=ours, channel="mail", format="text")
    assert receivers(desk, mail) == [("to", "karla@kunde.example", "Karla Kundin")]
    assert desk.session.get_one(Message, mail.message_id).recipients == {
        "to": ["karla@kunde.example"]
    }


def test_mistyped_receiver_is_refused_and_nothing_is_sent(desk: Desk, ticket: Ticket) -> None:
    desk.commit()
    with pytest.raises(Refused, match="is no mail address"):
        reply(desk, ticket, recipients={"to": ["karla"]})
    desk.rollback()
    assert desk.session.scalars(select(OutboundMail)).all() == []
    assert len(desk.session.scalars(select(Message)).all()) == 1


def test_message_learns_the_id_of_its_mail(desk: Desk, ticket: Ticket) -> None:
    mail = reply(desk, ticket)
    message = desk.session.get_one(Message, mail.message_id)
    assert message.internet_message_id == mail.internet_message_id


def test_second_reply_answers_the_first(desk: Desk, ticket: Ticket) -> None:
    first, second = reply(desk, ticket), reply(desk, ticket)
    assert (second.in_reply_to, second.references) == (
        first.internet_message_id,
        first.internet_message_id,
    )


@pytest.mark.parametrize(
    ("subject", "sent"),
    [
        ("Printer", "Re: Printer"),
        ("Re: Printer", "Re: Printer"),
        ("RE: Printer", "Re: Printer"),
        ("AW: Printer", "Re: Printer"),
        ("Re: AW: Re: Printer", "Re: Printer"),
        ("Antw: Printer", "Re: Printer"),
        ("Re[2]: Printer", "Re: Printer"),
        ("Fwd: Printer", "Re: Fwd: Printer"),
        ("Regarding: Printer", "Re: Regarding: Printer"),
        ("Re:", "Re:"),
    ],
)
def test_answer_is_marked_as_one_once(desk: Desk, ticket: Ticket, subject: str, sent: str) -> None:
    ticket.subject = subject
    assert reply(desk, ticket).subject == f"{sent} [#{ticket.number}]"


def test_markdown_goes_out_as_text_and_html(desk: Desk, ticket: Ticket) -> None:
    mail = reply(desk, ticket, "Please **restart** it:\n\n- off\n- on")
    assert mail.text == "Please restart it:\n\n- off\n- on\n"
    assert mail.html == (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>'
        "<p>Please <strong>restart</strong> it:</p>\n<ul>\n<li>off</li>\n<li>on</li>\n</ul>\n"
        "</body></html>"
    )


def test_plain_text_goes_out_as_it_is(desk: Desk, ticket: Ticket) -> None:
    mail = reply(desk, ticket, "a **b** <c>", format="text")
    assert (mail.text, mail.html) == ("a **b** <c>\n", None)


def test_markup_that_an_agent_types_reaches_the_customer_as_text(
    desk: Desk, ticket: Ticket
) -> None:
    mail = reply(desk, ticket, "<script>alert(1)</script><img src=x onerror=y>")
    assert mail.html is not None
    assert ("<script" in mail.html, "<img" in mail.html, "alert(1)" in mail.html) == (
        False,
        False,
        True,
    )


def test_signature_stands_below_the_mark_that_programs_know(
    desk: Desk, ticket: Ticket, agent: Person
) -> None:
    agent.signature = "  Anna Agent\nSupport\n"
    desk.session.flush()
    mail = reply(desk, ticket, author_id=agent.id)
    assert mail.text == "Plug it in.\n\n-- \nAnna Agent\nSupport\n"
    assert mail.html is not None
    assert mail.html.endswith("<p>Plug it in.</p>\n<p>Anna Agent<br>\nSupport</p>\n</body></html>")


def test_signature_of_spaces_is_none(desk: Desk, ticket: Ticket, agent: Person) -> None:
    agent.signature = " \n "
    desk.session.flush()
    assert reply(desk, ticket, author_id=agent.id).text == "Plug it in.\n"


def test_plain_reply_is_signed_too(desk: Desk, ticket: Ticket, agent: Person) -> None:
    agent.signature = "Anna"
    desk.session.flush()
    mail = reply(desk, ticket, author_id=agent.id, format="text")
    assert (mail.text, mail.html) == ("Plug it in.\n\n-- \nAnna\n", None)


def test_agents_name_stands_before_the_operators(desk: Desk, ticket: Ticket) -> None:
    assert reply(desk, ticket, author_name="Anna").sender == "Anna, Tresen <service@localhost>"


def test_files_of_the_message_travel_in_their_order(desk: Desk, ticket: Ticket) -> None:
    stored = [
        files.store_file(desk, name, "application/pdf", name.encode())
        for name in ("b.pdf", "a.pdf")
    ]
    mail = reply(desk, ticket, files=tuple((file.id, "") for file in stored))
    assert files_of(desk, mail) == [
        ("b.pdf", "application/pdf", b"b.pdf"),
        ("a.pdf", "application/pdf", b"a.pdf"),
    ]


def test_notice_about_a_message_carries_none_of_its_files(
    desk: Desk, customer: Person, agent: Person
) -> None:
    owned = make_quiet_ticket(desk, customer, owner_id=agent.id)
    file = files.store_file(desk, "a.pdf", "application/pdf", b"%PDF")
    asked = NewMessage("See the file", "web", is_inbound=True, files=((file.id, ""),))
    tickets.add_message(desk, owned, asked)
    found = desk.session.scalars(select(OutboundMail)).all()
    assert [(mail.purpose, files_of(desk, mail)) for mail in found] == [("notice", [])] * 2


def test_note_queues_nothing(core: Core, desk: Desk, ticket: Ticket) -> None:
    tickets.add_message(desk, ticket, NewMessage("Between us", "web", kind="note"))
    assert desk.session.scalars(select(OutboundMail)).all() == []


def test_agent_who_takes_part_gets_a_copy(desk: Desk, ticket: Ticket) -> None:
    mia = make_person(desk, "Mia", "mia@tresen.example", role="agent")
    tickets.add_participant(desk, ticket, mia)
    assert [field for field, address, _ in receivers(desk, reply(desk, ticket))] == ["to", "cc"]
