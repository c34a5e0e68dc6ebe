# SPDX-License-Identifier: AGPL-3.0-or-later
"""The protocol goes out once with the note, again when it is asked for, and to the right person."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text
from tresen.sdk import Desk, Message, NewMessage, Person, Refused, StoredFile, Ticket, add_message
from tresen.testing import factories
from tresen_remote_support import service as sessions
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.protocols import queries, service
from tresen_remote_support.protocols.models import Protocol

Document = Callable[..., Protocol | None]


def count(desk: Desk, model: Any) -> int:
    return desk.session.scalar(select(func.count()).select_from(model)) or 0


def test_note_sends_the_protocol_as_a_public_message(letter: Message, ticket: Ticket) -> None:
    assert (letter.ticket_id, letter.is_public, letter.is_inbound) == (ticket.id, True, False)


def test_protocol_knows_its_message_and_day(
    desk: Desk, sent: Protocol, ended: RemoteSession
) -> None:
    kept = sent.session_id, sent.version, sent.sent_at
    assert kept == (ended.id, 1, desk.now())


def test_letter_is_plain_text_so_that_no_name_is_markup(letter: Message) -> None:
    assert letter.format == "text"


def test_pdf_hangs_on_the_letter_under_the_hash_that_is_kept(desk: Desk, letter: Message) -> None:
    file = desk.session.scalars(select(StoredFile)).one()
    protocol = desk.session.scalars(select(Protocol)).one()
    assert (file.media_type, file.sha256) == ("application/pdf", protocol.sha256)


def test_pdf_is_made_anew_to_the_same_bytes(
    desk: Desk, sent: Protocol, whole: RemoteSession
) -> None:
    made = service.pdf(desk, whole)
    assert made is not None
    assert hashlib.sha256(made).hexdigest() == sent.sha256


def test_correction_goes_out_only_where_it_is_asked_for(document: Document, desk: Desk) -> None:
    document()
    quiet = document(actions="Set two ticks.")
    assert (quiet, count(desk, Protocol)) == (None, 1)


def test_corrected_protocol_says_so(document: Document, desk: Desk) -> None:
    document()
    made = document(actions="Set two ticks.", is_sent_again=True)
    assert made is not None
    body = desk.session.get_one(Message, made.message_id).body
    told = made.version, "it replaces the earlier one" in body, "Corrected: version 2." in body
    assert told == (2, True, True)


def test_session_that_never_ran_has_none(
    agent_desk: Desk, offered: RemoteSession, desk: Desk
) -> None:
    with pytest.raises(Refused, match="when the session is over"):
        service.document(agent_desk, offered, {"actions": "x", "result": "solved", "minutes": 1})
    assert count(desk, Protocol) == 0


def test_failed_session_that_ran_has_one(
    agent_desk: Desk, running: RemoteSession, desk: Desk
) -> None:
    sessions.fail(agent_desk, running, "The line broke.")
    note = {"actions": "Nothing came of it.", "result": "not_solved", "minutes": 2}
    made = service.document(agent_desk, running, note)
    assert made is not None
    assert "The line broke." in desk.session.get_one(Message, made.message_id).body


def test_session_whose_person_is_gone_is_documented_without_one(
    document: Document, desk: Desk, ended: RemoteSession
) -> None:
    ended.person_id = None
    desk.commit()
    desk.session.expire_all()
    assert (document(), ended.documented_at, count(desk, Protocol)) == (None, desk.now(), 0)


def test_draft_of_the_agent_stays(
    document: Document, desk: Desk, agent: Person, ticket: Ticket
) -> None:
    sql = (
        "INSERT INTO draft (ticket_id, person_id, kind, body, state, changed_at)"
        " VALUES (:ticket, :person, 'reply', 'Half a', '', :now)"
    )
    given = {"ticket": ticket.id, "person": agent.id, "now": "2026-03-10 09:00:00.000000"}
    desk.session.execute(text(sql), given)
    document()
    assert desk.session.scalars(text("SELECT body FROM draft")).all() == ["Half a"]


def test_letter_goes_to_the_person_at_the_screen_where_another_one_asked(
    document: Document, desk: Desk, ended: RemoteSession, customer: Person
) -> None:
    other = factories.make_person(desk, "Otto Other", "otto@kunde.example")
    ended.person_id = other.id
    desk.commit()
    desk.session.expire_all()
    made = document()
    assert made is not None
    letter = desk.session.get_one(Message, made.message_id)
    assert letter.recipients == {"to": ["otto@kunde.example"]}


def test_closed_ticket_gives_the_protocol_one_of_its_own(
    document: Document, desk: Desk, ticket: Ticket, customer: Person
) -> None:
    factories.change_ticket(desk, ticket, state="closed")
    desk.commit()
    made = document()
    assert made is not None
    letter = desk.session.get_one(Message, made.message_id)
    other = desk.session.get_one(Ticket, letter.ticket_id)
    told = other.id == ticket.id, other.requester_id, other.subject
    assert told == (False, customer.id, f"Protocol of a remote session #{ticket.number}")


def test_journal_tells_of_each_protocol(desk: Desk, sent: Protocol, agent: Person) -> None:
    sql = "SELECT action, actor_name FROM journal_entry WHERE subject_kind = :kind"
    found = desk.session.execute(text(sql), {"kind": service.PROTOCOL}).all()
    assert [tuple(each) for each in found] == [("sent", agent.name)]


def test_protocol_stays_when_its_message_goes(desk: Desk, sent: Protocol) -> None:
    desk.session.execute(text("DELETE FROM message"))
    desk.session.expire_all()
    assert desk.session.scalars(select(Protocol.message_id)).all() == [None]


def test_protocols_stand_in_their_order(
    document: Document, desk: Desk, ended: RemoteSession
) -> None:
    document()
    document(is_sent_again=True)
    assert [each.version for each in queries.protocols(desk, ended)] == [1, 2]


def test_answer_of_the_customer_comes_onto_the_same_ticket(
    desk: Desk, letter: Message, ticket: Ticket
) -> None:
    answer = add_message(desk, ticket, NewMessage("Right.", "web", is_inbound=True))
    assert answer.ticket_id == letter.ticket_id
