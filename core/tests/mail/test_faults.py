# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mails that come many times, at once, broken or too large: faults F03 to F45 of the way in."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from mail.letters import add_mailbox, letter, receive, store_all
from mail.servers import make_quiet_ticket, rows
from sqlalchemy import select, update
from tresen.desk import Core, Desk, desk_for
from tresen.errors import Refused
from tresen.hooks import hookimpl
from tresen.mail import inbound, queries
from tresen.mail.compose import compose
from tresen.mail.inbound import process
from tresen.mail.models import InboundMail, OutboundMail, OutboundRecipient
from tresen.mail.reading.parser import Parser
from tresen.mail.results import recipients_of
from tresen.people.models import Person
from tresen.tickets.models import Message, Ticket

WORKERS = 4


def work_it_off(core: Core) -> None:
    """One worker of several: settle until nothing is left."""
    with Parser() as parser:
        while process(core, parser, 5):
            pass


def in_parallel(core: Core, batches: list[list[bytes]], mailbox_id: int | None = None) -> None:
    """Store and settle in as many workers as there are batches."""
    with ThreadPoolExecutor(len(batches)) as pool:
        list(pool.map(lambda raws: store_all(core, raws, mailbox_id), batches))
        list(pool.map(lambda _: work_it_off(core), batches))


def assert_kept(core: Core) -> None:
    with desk_for(core) as desk:
        assert queries.conservation(desk).is_kept
        assert queries.wrong_hashes(desk, None) == []


def test_fault_f03_lease_of_a_dead_worker_ends_after_a_minute(core: Core, parser: Parser) -> None:
    store_all(core, [letter()])
    inbound._claim(core, 10)
    assert process(core, parser) == 0
    core.clock.go(seconds=61)
    assert process(core, parser) == 1
    assert [row.attempts for row in rows(core, InboundMail)] == [2]


def test_mail_that_kills_its_worker_each_time_is_held(core: Core, parser: Parser) -> None:
    store_all(core, [letter()])
    for _ in range(inbound.MOST_ATTEMPTS):
        inbound._claim(core, 10)
        core.clock.go(seconds=61)
    process(core, parser)
    (row,) = rows(core, InboundMail)
    assert (row.outcome, row.reason.split(":")[0]) == ("held", "killed")


def test_fault_f13_transaction_that_loses_is_tried_again(
    core: Core, desk: Desk, customer: Person, parser: Parser
) -> None:
    ticket = make_quiet_ticket(desk, customer)
    desk.commit()
    clashes = iter([True, True])

    class Clash:
        """Another writer changes the ticket in the middle, twice."""

        @hookimpl
        def message_added(self, desk: Desk, ticket: Ticket, message: Message) -> None:
            if next(clashes, False):
                moved = update(Ticket).where(Ticket.id == ticket.id)
                desk.session.connection().execute(moved.values(revision=Ticket.revision + 1))
                ticket.impact = 3
                desk.session.flush()

    core.plugins.pm.register(Clash(), "clash")
    (row,) = receive(core, parser, letter(subject=f"[#{ticket.number}] more"))
    assert row.outcome == "message"
    assert len([m for m in rows(core, Message) if m.ticket_id == ticket.id]) == 2


def test_fault_f18_waiting_mails_are_drained(core: Core) -> None:
    raws = [letter(f"P{n} <p{n}@kunde.example>", body=f"text {n}") for n in range(120)]
    in_parallel(core, [raws[:60], raws[60:]])
    assert len(rows(core, Ticket)) == 120
    assert_kept(core)


def test_fault_f23_same_mail_a_hundred_times_is_one_message(core: Core) -> None:
    box, raw = add_mailbox(core), letter()
    in_parallel(core, [[raw] * 25] * WORKERS, box)
    found = Counter(row.outcome for row in rows(core, InboundMail))
    assert (found, len(rows(core, Message))) == ({"message": 1, "ignored": 99}, 1)
    assert_kept(core)


def test_same_mail_on_another_way_is_one_message(core: Core, parser: Parser) -> None:
    raw = letter()
    found = receive(core, parser, raw, b"Received: by mx2.tresen.example\n" + raw)
    assert [(r.outcome, r.reason) for r in found] == [("message", ""), ("ignored", "duplicate")]


def test_fault_f24_same_id_with_other_content_is_two_messages(core: Core, parser: Parser) -> None:
    same = {"Message_ID": "<same@kunde.example>"}
    found = receive(core, parser, letter(body="one", **same), letter(body="two", **same))
    assert [row.outcome for row in found] == ["message", "message"]


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", b"hello", b"Subject: only\n\n", b"From: <>\nDate: 31 Feb 2026 99:00\n\nhi"],
    ids=["nothing", "line end", "a word", "subject", "bad date"],
)
def test_fault_f25_f27_mail_without_head_is_accepted_and_visible(
    core: Core, parser: Parser, raw: bytes
) -> None:
    (row,) = receive(core, parser, raw)
    assert row.outcome == "message"
    (message,) = rows(core, Message)
    assert message.created_at == core.clock.moment
    assert message.internet_message_id


def test_fault_f26_clock_set_back_frees_the_lease(core: Core, parser: Parser) -> None:
    store_all(core, [letter()])
    inbound._claim(core, 10)
    core.clock.go(hours=-2)
    assert process(core, parser) == 1


POISON = {
    "words": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\nhi",
    "crowd": b"From: a@b.example\nTo: " + b", ".join([b"a@b.example"] * 10_000) + b"\n\nhi",
    "deep": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(2_000)
    ),
    "parts": b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 20_000,
    "charset": b"Content-Type: text/plain; charset=utf-7-nonsense\n\n\xff\xfe\x00hi",
    "nul": b"From: a\x00b@c.example\nSubject: a\x00b\n\nh\x00i",
}


@pytest.mark.parametrize("poison", POISON)
def test_fault_f28_f44_poison_is_accepted_or_held_and_the_next_mail_comes_through(
    core: Core, parser: Parser, poison: str
) -> None:
    first, second = receive(core, parser, POISON[poison], letter())
    assert first.outcome in ("message", "held")
    assert second.outcome == "message"
    assert_kept(core)


def test_fault_f28_mail_that_takes_too_long_is_held_with_the_reason(core: Core) -> None:
    with Parser(seconds=0.0) as hasty:
        (row,) = receive(core, hasty, letter())
    assert (row.outcome, row.reason) == ("held", "time: reading the mail took longer than it may")


def test_fault_f39_two_hundred_answers_at_once_all_stand_on_the_ticket(
    core: Core, desk: Desk, customer: Person
) -> None:
    ticket = make_quiet_ticket(desk, customer)
    desk.commit()
    raws = [letter(subject=f"Re: [#{ticket.number}]", body=f"answer {n}") for n in range(200)]
    in_parallel(core, [raws[n::WORKERS] for n in range(WORKERS)])
    bodies = [m.body for m in rows(core, Message) if m.ticket_id == ticket.id][1:]
    assert sorted(bodies) == sorted(f"answer {n}" for n in range(200))
    assert_kept(core)


def test_refused_mail_is_ignored_by_the_sentence_of_the_guard(core: Core, parser: Parser) -> None:
    class Guard:
        """Wants no mail about prizes."""

        @hookimpl
        def before_mail_taken(self, desk: Desk, mail: object) -> None:
            if "prize" in str(getattr(mail, "subject", "")):
                raise Refused("No prizes, please.")

    core.plugins.pm.register(Guard(), "prizes")
    found = receive(core, parser, letter(subject="You won a prize"), letter())
    assert [(row.outcome, row.reason) for row in found] == [
        ("ignored", "No prizes, please."),
        ("message", ""),
    ]


def other_side(core: Core) -> bytes:
    """Our newest mail as it leaves for the other helpdesk."""
    with desk_for(core) as desk:
        row = desk.session.scalars(select(OutboundMail).order_by(OutboundMail.id.desc())).first()
        assert row is not None
        return compose(core.config, row, recipients_of(desk, row), []).as_bytes()


def test_atk_m11_fault_f45_two_helpdesks_stop_after_one_mail_each_way(
    core: Core, parser: Parser
) -> None:
    ours = core.config
    theirs = replace(ours, secret_key="the other helpdesk has a key of its own")
    receive(core, parser, letter("Helpdesk <help@andere.example>"))
    for config in (theirs, ours, theirs, ours):
        raw = other_side(core)
        core.config = config
        receive(core, parser, raw)
    assert len(rows(core, OutboundMail)) == 1


def test_automatic_mail_is_marked_and_comes_back_to_nobody(core: Core, parser: Parser) -> None:
    receive(core, parser, letter())
    sent = other_side(core)
    assert b"Auto-Submitted: auto-replied" in sent
    assert b"X-Auto-Response-Suppress: All" in sent
    assert [mail.envelope_from for mail in rows(core, OutboundMail)] == [""]
    assert [r.address for r in rows(core, OutboundRecipient)] == ["karla@kunde.example"]
