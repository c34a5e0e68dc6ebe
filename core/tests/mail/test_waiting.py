# SPDX-License-Identifier: AGPL-3.0-or-later
"""A reply whose question has no outcome yet waits for it, and never for long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail.letters import letter, store_all
from mail.servers import rows
from tresen.desk import Core, desk_for
from tresen.mail import inbound, outcomes
from tresen.mail.inbound import process
from tresen.mail.intake import written_id
from tresen.mail.models import InboundMail
from tresen.mail.reading.parser import Parser
from tresen.tickets.models import Message, Ticket

QUESTION = "<question@kunde.example>"


def question() -> bytes:
    return letter(Message_ID=QUESTION)


def reply(**headers: str) -> bytes:
    return letter(subject="Re: Nothing prints", **({"In_Reply_To": QUESTION} | headers))


def keep_busy(core: Core, mail_id: int) -> None:
    """Let another worker sit over the mail for a lease."""
    with desk_for(core, write=True) as desk:
        row = desk.session.get_one(InboundMail, mail_id)
        row.leased_until = desk.now() + inbound.LEASE


def found(core: Core) -> list[tuple[str, int]]:
    """Outcome and attempts of each mail, in the order in which they came."""
    mails = sorted(rows(core, InboundMail), key=lambda row: row.id)
    return [(row.outcome, row.attempts) for row in mails]


def tickets_of_messages(core: Core) -> list[int]:
    return [message.ticket_id for message in rows(core, Message)]


def test_reply_waits_for_its_question_in_other_hands(core: Core, parser: Parser) -> None:
    store_all(core, [question(), reply()])
    inbound._claim(core, 1)
    process(core, parser)
    assert found(core) == [("pending", 1), ("pending", 1)]
    core.clock.go(seconds=61)
    process(core, parser)
    assert found(core) == [("message", 2), ("message", 2)]
    assert len(rows(core, Ticket)) == 1


def test_reply_that_came_first_waits_for_its_question(core: Core, parser: Parser) -> None:
    store_all(core, [reply(), question()])
    process(core, parser)
    assert found(core) == [("pending", 1), ("message", 1)]
    core.clock.go(seconds=1)
    assert process(core, parser) == 0
    core.clock.go(seconds=1)
    assert process(core, parser) == 1
    assert (found(core), len(rows(core, Ticket))) == ([("message", 2), ("message", 1)], 1)


def test_reply_outlasts_the_lease_of_a_worker_that_died(core: Core, parser: Parser) -> None:
    store_all(core, [question()])
    inbound._claim(core, 1)
    store_all(core, [reply()])
    for wait in outcomes.WAITS:
        process(core, parser)
        core.clock.go(seconds=wait.total_seconds())
    process(core, parser)
    assert [outcome for outcome, _ in found(core)] == ["message", "message"]
    assert len(rows(core, Ticket)) == 1


def test_reply_to_a_question_that_is_stuck_is_a_ticket_of_its_own(
    core: Core, parser: Parser
) -> None:
    store_all(core, [question(), reply()])
    for wait in outcomes.WAITS:
        keep_busy(core, 1)
        process(core, parser)
        core.clock.go(seconds=wait.total_seconds())
    keep_busy(core, 1)
    process(core, parser)
    assert found(core) == [("pending", 0), ("message", 4)]


def test_reply_does_not_wait_for_a_question_that_is_held(core: Core, parser: Parser) -> None:
    store_all(core, [question(), reply()])
    with desk_for(core, write=True) as desk:
        outcomes.hold(desk.session.get_one(InboundMail, 1), "error: out of paper")
    process(core, parser)
    assert found(core) == [("held", 0), ("message", 1)]


def test_reply_in_a_thread_that_is_known_waits_for_nobody(core: Core, parser: Parser) -> None:
    first = "<first@kunde.example>"
    store_all(core, [letter(Message_ID=first)])
    process(core, parser)
    store_all(core, [question()])
    inbound._claim(core, 1)
    store_all(core, [reply(References=f"{first} {QUESTION}")])
    process(core, parser)
    assert [outcome for outcome, _ in found(core)] == ["message", "pending", "message"]
    assert len(set(tickets_of_messages(core))) == 1


def test_mail_that_answers_itself_waits_for_nobody(core: Core, parser: Parser) -> None:
    store_all(core, [reply(Message_ID=QUESTION)])
    process(core, parser)
    assert found(core) == [("message", 1)]


def test_mails_that_answer_each_other_end_on_one_ticket(core: Core, parser: Parser) -> None:
    other = "<other@kunde.example>"
    store_all(core, [reply(Message_ID=other), letter(Message_ID=QUESTION, In_Reply_To=other)])
    for wait in outcomes.WAITS:
        process(core, parser)
        core.clock.go(seconds=wait.total_seconds())
    process(core, parser)
    assert found(core) == [("message", 4), ("message", 4)]
    assert len(set(tickets_of_messages(core))) == 1


def test_waits_outlast_a_lease_and_leave_an_attempt() -> None:
    assert sum(wait.total_seconds() for wait in outcomes.WAITS) > inbound.LEASE.total_seconds()
    assert max(outcomes.WAITS) <= inbound.LEASE
    assert len(outcomes.WAITS) + 1 < inbound.MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("raw", "identifier"),
    [
        (b"Message-ID: <a@b.example>\n\n", "a@b.example"),
        (b"From: x\r\nMESSAGE-ID:\r\n\t<a@b.example>\r\n\r\n", "a@b.example"),
        (b"Message-Id : <a@b.example> (comment)\n\n", "a@b.example"),
        (b"X-Message-ID: <a@b.example>\n\n", None),
        (b"From: x\n\nMessage-ID: <a@b.example>\n", None),
        (b"Message-ID: a@b.example\n\n", None),
        (b"Message-ID: <a b@c.example>\n\n", None),
        (b"Message-ID: <" + b"a" * 256 + b">\n\n", None),
        (b"A: b\n" * 20_000 + b"Message-ID: <a@b.example>\n\n", None),
        (b"", None),
    ],
)
def test_message_id_is_found_by_a_glance(raw: bytes, identifier: str | None) -> None:
    assert written_id(raw) == identifier


@given(st.binary(max_size=300))
def test_glance_at_any_bytes_finds_what_can_be_stored(raw: bytes) -> None:
    assert len(written_id(b"Message-ID: <" + raw) or "") <= 255
