# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replies and notes: sent once, to whom they should go, and never lost when refused."""

import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.files import service as files
from tresen.files.models import StoredFile
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.people.models import Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen.tickets import service, writing
from tresen.tickets.models import Draft, Message, MessageFile, Ticket
from tresen.tickets.records import NewMessage

SignIn = Callable[[Person], FlaskClient]
REPLY = {"kind": "reply", "body": "Please *restart* it.", "to": "karla@kunde.example"}
NOTE = {"kind": "note", "body": "I call her."}


@pytest.fixture
def ticket(desk: Desk, customer: Person) -> Ticket:
    made = factories.make_ticket(desk, customer)
    desk.commit()
    return made


@pytest.fixture
def browser(sign_in: SignIn, agent: Person, ticket: Ticket, clock: SteppedClock) -> FlaskClient:
    found = sign_in(agent)
    clock.go(minutes=1)
    return found


def last(desk: Desk) -> Message:
    desk.session.expire_all()
    found = desk.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert found is not None
    # The writing desk must not hold its lock while a browser writes.
    desk.commit()
    return found


def receivers_of_reply(desk: Desk) -> list[tuple[str, str]]:
    """Return field and address of who gets a reply; the receipt of the request is no reply."""
    rows = desk.session.execute(
        select(OutboundRecipient.field, OutboundRecipient.address)
        .join(OutboundMail, OutboundMail.id == OutboundRecipient.mail_id)
        .where(OutboundMail.purpose == "reply")
        .order_by(OutboundRecipient.id)
    )
    return [(row.field, row.address) for row in rows]


def test_reply_is_public_and_goes_out(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    answer = browser.post(f"/tickets/{ticket.number}/messages", data=REPLY)
    message = last(desk)
    receivers = [address for _field, address in receivers_of_reply(desk)]
    assert (answer.status_code, answer.location) == (
        302,
        f"/tickets/{ticket.number}#message-{message.id}",
    )
    assert (message.body, message.is_public, message.author_name, list(receivers)) == (
        "Please *restart* it.",
        True,
        "Anna Agent",
        ["karla@kunde.example"],
    )


def test_note_is_internal_and_stays(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    browser.post(f"/tickets/{ticket.number}/messages", data=NOTE)
    sent = receivers_of_reply(desk)
    assert (last(desk).kind, last(desk).is_public, sent) == ("note", False, [])


def test_reply_sets_the_state_with_it(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    browser.post(f"/tickets/{ticket.number}/messages", data=REPLY | {"state": "solved"})
    desk.session.refresh(ticket)
    assert (ticket.state, ticket.is_answer_due) == ("solved", False)


def test_cc_is_sent_to_as_well(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    form = REPLY | {"cc": "Bernd <bernd@kunde.example>; c@kunde.example"}
    browser.post(f"/tickets/{ticket.number}/messages", data=form)
    assert receivers_of_reply(desk) == [
        ("to", "karla@kunde.example"),
        ("cc", "bernd@kunde.example"),
        ("cc", "c@kunde.example"),
    ]


def test_reply_to_somebody_without_an_address_is_kept_and_mailed_to_nobody(
    browser: FlaskClient, desk: Desk
) -> None:
    ticket = factories.make_ticket(desk, None)
    desk.commit()
    answer = browser.post(f"/tickets/{ticket.number}/messages", data=REPLY | {"to": ""})
    mail = desk.session.scalars(select(OutboundMail).filter_by(message_id=last(desk).id)).one()
    assert (answer.status_code, mail.state, receivers_of_reply(desk)) == (302, "suppressed", [])


def test_draft_is_gone_once_it_was_sent(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    browser.post(f"/tickets/{ticket.number}/draft", data={"body": "Please"})
    browser.post(f"/tickets/{ticket.number}/messages", data=REPLY)
    assert desk.session.scalars(select(Draft)).all() == []


def test_reply_onto_a_changed_ticket_keeps_the_text(
    browser: FlaskClient, desk: Desk, ticket: Ticket, clock: SteppedClock
) -> None:
    seen = ticket.revision
    news = NewMessage("It works again!", "web", is_inbound=True, author_name="Karla")
    service.add_message(desk, ticket, news)
    desk.commit()
    answer = browser.post(
        f"/tickets/{ticket.number}/messages", data=REPLY | {"revision": seen, "state": "solved"}
    )
    assert (
        answer.status_code,
        "changed by somebody else meanwhile" in answer.text,
        "It works again!" in answer.text,
        "Please *restart* it." in answer.text,
        '<option value="solved" selected>' in answer.text,
        last(desk).body,
    ) == (409, True, True, True, True, "It works again!")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (REPLY | {"body": " "}, "The message is empty."),
        (REPLY | {"to": " "}, "Nobody would get this reply: “To” is empty."),
        ({"kind": "reply", "body": "Hello", "to": "nobody"}, "“nobody” is not a mail address."),
        ({"kind": "reply", "body": "Hello", "state": "gone"}, "Invalid value"),
        ({"kind": "secret", "body": "Hello"}, "Not a valid choice."),
    ],
)
def test_refused_message_comes_back_with_a_sentence(
    browser: FlaskClient, desk: Desk, ticket: Ticket, form: dict[str, str], sentence: str
) -> None:
    address = f"/tickets/{ticket.number}/messages"
    before = last(desk).id
    answer = browser.post(address, data=form)
    assert (answer.status_code, sentence in answer.text, last(desk).id) == (422, True, before)
    assert form["body"].strip() in answer.text


def test_closed_ticket_takes_notes_only(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    service.change(desk, ticket, {"state": "closed"})
    desk.commit()
    reply = browser.post(f"/tickets/{ticket.number}/messages", data=REPLY)
    note = browser.post(f"/tickets/{ticket.number}/messages", data=NOTE)
    assert (reply.status_code, "is closed" in reply.text, note.status_code) == (422, True, 302)


def test_files_hang_on_the_message(browser: FlaskClient, desk: Desk, ticket: Ticket) -> None:
    sent = [(io.BytesIO(b"one"), "../a.txt"), (io.BytesIO(b"\x89PNG"), "b.png")]
    browser.post(f"/tickets/{ticket.number}/messages", data=NOTE | {"files": sent})
    rows = desk.session.execute(
        select(StoredFile.name, StoredFile.size, StoredFile.uploader_id)
        .join(MessageFile)
        .where(MessageFile.message_id == last(desk).id)
        .order_by(StoredFile.id)
    ).all()
    agent_id = last(desk).author_id
    assert [tuple(row) for row in rows] == [("a.txt", 3, agent_id), ("b.png", 4, agent_id)]


def test_files_of_a_refused_message_wait_with_its_draft_and_go_out_with_it(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    address = f"/tickets/{ticket.number}/messages"
    sent = [(io.BytesIO(b"one"), "plan.pdf"), (io.BytesIO(b"two"), "photo.png")]
    refused = browser.post(address, data=REPLY | {"to": "nobody", "files": sent})
    shown = re.findall(
        r'name="kept" value="(\w+)" checked><bdi class="clip">([^<]+)<', refused.text
    )
    assert [name for _id, name in shown] == ["plan.pdf", "photo.png"]
    browser.post(address, data=REPLY | {"kept": shown[0][0]})
    names = select(StoredFile.name).join(MessageFile).filter_by(message_id=last(desk).id)
    assert desk.session.scalars(names).all() == ["plan.pdf"]


def test_attack_a06_file_of_another_person_cannot_be_sent_by_its_name(
    browser: FlaskClient, desk: Desk, ticket: Ticket
) -> None:
    file = files.store_file(desk, "secret.txt", "text/plain", b"secret")
    desk.commit()
    form = REPLY | {"kept": file.public_id}
    answer = browser.post(f"/tickets/{ticket.number}/messages", data=form)
    sentence = "A file of the draft is no longer here."
    assert (answer.status_code, sentence in answer.text, "secret.txt" in answer.text) == (
        422,
        True,
        False,
    )


def test_draft_keeps_all_that_stands_in_the_composer(browser: FlaskClient, ticket: Ticket) -> None:
    typed = {"kind": "reply", "body": "Soon", "to": "", "cc": "b@kunde.example", "state": "solved"}
    browser.post(f"/tickets/{ticket.number}/draft", data=typed)
    shown = browser.get(f"/tickets/{ticket.number}").text
    assert [
        re.search(r'name="to" value="([^"]*)"', shown)[1],
        re.search(r'name="cc" value="([^"]*)"', shown)[1],
        '<option value="solved" selected>' in shown,
    ] == ["", "b@kunde.example", True]


def test_too_many_files_are_refused(browser: FlaskClient, ticket: Ticket) -> None:
    sent = [(io.BytesIO(b"x"), f"{n}.txt") for n in range(21)]
    answer = browser.post(f"/tickets/{ticket.number}/messages", data=NOTE | {"files": sent})
    assert (answer.status_code, "At most 20 files" in answer.text) == (422, True)


def test_preview_is_the_text_as_it_will_look(browser: FlaskClient, ticket: Ticket) -> None:
    form = {"body": "**bold** <script>"}
    answer = browser.post(f"/tickets/{ticket.number}/preview", data=form).text.strip()
    assert answer == "<p><strong>bold</strong> &lt;script&gt;</p>"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" ", []),
        ("a@b.example", ["a@b.example"]),
        ("A B <a@b.example>, c@d.example", ["a@b.example", "c@d.example"]),
        ("a@b.example; a@b.example", ["a@b.example"]),
        ('"Last, First" <a@b.example>', ["a@b.example"]),
    ],
)
def test_addresses_are_read(text: str, found: list[str]) -> None:
    assert writing.addresses_in(text) == found


@pytest.mark.parametrize(
    "text", ["a", "a@", "@b.example", "a@b.example, c", "a@b\r\nRCPT TO:x@y.z"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is not a mail address"):
        writing.addresses_in(text)


def test_too_many_addresses_are_refused() -> None:
    with pytest.raises(Refused, match="At most 40 people"):
        writing.addresses_in(",".join(f"p{n}@b.example" for n in range(41)))
