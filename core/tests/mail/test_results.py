# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a server's answers make of a mail and of each receiver, and what a retry does."""

from datetime import timedelta

import pytest
from mail.servers import make_quiet_ticket, queue_to
from sqlalchemy import delete, select
from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.journal.models import JournalEntry
from tresen.mail import bells, results, service
from tresen.mail.dialogue import Outcome, is_loopback, state_after
from tresen.mail.models import OutboundMail, OutboundRecipient
from tresen.people.models import Person
from tresen.testing.fixtures import SteppedClock
from tresen.tickets.models import Message, Ticket

A, B, C = (f"{letter}@kunde.example" for letter in "abc")
OK, LATER, NEVER = (250, "ok"), (451, "4.7.1 greylisted"), (550, "5.1.1 no such user")


@pytest.fixture
def ticket(desk: Desk, customer: Person, agent: Person) -> Ticket:
    made = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.session.execute(delete(OutboundMail))
    return made


def states(desk: Desk, mail: OutboundMail) -> list[tuple[str, str]]:
    return [(r.state, r.reply) for r in results.recipients_of(desk, mail)]


def notes(desk: Desk) -> list[str]:
    found = select(Message.body).where(Message.kind == "note").order_by(Message.id)
    return list(desk.session.scalars(found))


def notices(desk: Desk) -> list[str]:
    found = select(OutboundMail.text).where(OutboundMail.purpose == "notice")
    return list(desk.session.scalars(found))


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (250, "sent"),
        (251, "sent"),
        (252, "sent"),
        (354, "waiting"),
        (421, "waiting"),
        (450, "waiting"),
        (452, "waiting"),
        (500, "failed"),
        (550, "failed"),
        (554, "failed"),
        (0, "waiting"),
        (-1, "waiting"),
        (999, "waiting"),
    ],
)
def test_code_makes_a_state_and_an_odd_one_is_tried_again(code: int, state: str) -> None:
    assert state_after(code) == state


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("ip6-localhost", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing listens here
        ("192.168.1.1", False),
        ("", False),
        ("2130706433", False),
        ("127.1", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, is_own: bool) -> None:
    assert is_loopback(host) == is_own


def test_mail_taken_for_all_is_sent(desk: Desk, clock: SteppedClock) -> None:
    mail = queue_to(desk, A, B)
    clock.go(minutes=3)
    results.conclude(desk, mail, Outcome({A: OK, B: OK}))
    assert (mail.state, mail.sent_at, mail.attempts, mail.leased_until, mail.last_reply) == (
        "sent",
        clock.moment,
        1,
        None,
        "250 ok",
    )
    assert states(desk, mail) == [("sent", "250 ok")] * 2


def test_each_receiver_has_a_fate_of_its_own(desk: Desk, ticket: Ticket) -> None:
    mail = queue_to(desk, A, B, C, ticket=ticket)
    results.conclude(desk, mail, Outcome({A: OK, B: LATER, C: NEVER}))
    assert states(desk, mail) == [
        ("sent", "250 ok"),
        ("waiting", "451 4.7.1 greylisted"),
        ("failed", "550 5.1.1 no such user"),
    ]
    assert (mail.state, mail.next_at) == ("waiting", desk.now() + timedelta(minutes=1))


def test_next_try_leaves_those_alone_who_have_it(desk: Desk, ticket: Ticket) -> None:
    mail = queue_to(desk, A, B, ticket=ticket)
    results.conclude(desk, mail, Outcome({A: OK, B: LATER}))
    results.conclude(desk, mail, Outcome({B: OK}))
    assert states(desk, mail) == [("sent", "250 ok")] * 2
    assert (mail.state, notes(desk)) == ("sent", [])


def test_receiver_about_whom_the_server_said_nothing_is_tried_again(desk: Desk) -> None:
    mail = queue_to(desk, A, B)
    results.conclude(desk, mail, Outcome({A: OK}))
    assert states(desk, mail) == [("sent", "250 ok"), ("waiting", "400 not tried")]


def test_failure_is_noted_journalled_and_told_once(desk: Desk, ticket: Ticket) -> None:
    mail = queue_to(desk, A, B, ticket=ticket)
    results.conclude(desk, mail, Outcome({A: NEVER, B: LATER}))
    results.conclude(desk, mail, Outcome({B: OK}))
    line = "- a@kunde.example: 550 5.1.1 no such user"
    assert notes(desk) == [f"A mail could not be delivered:\n\n{line}"]
    (told,) = notices(desk)
    assert told.splitlines()[:3] == [
        f"A mail of ticket {ticket.number} could not be delivered:",
        "",
        line,
    ]
    entry = desk.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "not_delivered")
    ).one()
    assert (entry.subject_id, entry.field, entry.old, entry.new) == (
        ticket.id,
        "recipients",
        None,
        [A],
    )


def test_failed_notice_tells_nobody_of_itself(desk: Desk, ticket: Ticket) -> None:
    mail = queue_to(desk, A, ticket=ticket, purpose="notice")
    results.conclude(desk, mail, Outcome({A: NEVER}))
    assert (mail.state, notes(desk), len(notices(desk))) == ("failed", [], 1)


def test_failure_without_a_ticket_stands_in_the_outbox_alone(desk: Desk) -> None:
    mail = queue_to(desk, A)
    results.conclude(desk, mail, Outcome({A: NEVER}))
    assert (mail.state, mail.sent_at, mail.last_reply, notes(desk)) == (
        "failed",
        None,
        "550 5.1.1 no such user",
        [],
    )


def test_long_and_broken_answer_is_kept_as_one_line(desk: Desk) -> None:
    mail = queue_to(desk, A)
    results.conclude(desk, mail, Outcome({A: (550, "no\r\nBcc: x\x00" + "y" * 5_000)}))
    ((_state, reply),) = states(desk, mail)
    assert (reply.startswith("550 no Bcc: x y"), len(reply), "\n" in reply) == (True, 1_000, False)


def test_pauses_grow_and_end_after_five_days(desk: Desk, clock: SteppedClock) -> None:
    mail = queue_to(desk, A)
    tries = []
    while mail.state == "waiting":
        tries.append(mail.next_at - mail.created_at)
        clock.moment = mail.next_at
        results.conclude(desk, mail, Outcome({A: LATER}))
    assert tries[:7] == [timedelta(minutes=m) for m in (0, 1, 6, 21, 81, 321, 561)]
    assert (len(tries), tries[-2] < results.GIVING_UP <= tries[-1]) == (35, True)
    assert (mail.state, states(desk, mail)) == ("failed", [("failed", "451 4.7.1 greylisted")])


def test_mail_that_reached_somebody_is_sent_when_the_rest_is_given_up(
    desk: Desk, clock: SteppedClock, ticket: Ticket
) -> None:
    mail = queue_to(desk, A, B, ticket=ticket)
    results.conclude(desk, mail, Outcome({A: OK, B: LATER}))
    clock.go(days=5)
    results.conclude(desk, mail, Outcome({B: LATER}))
    assert (mail.state, [state for state, _reply in states(desk, mail)]) == (
        "sent",
        ["sent", "failed"],
    )
    assert len(notes(desk)) == 1


@pytest.mark.parametrize(
    ("was", "is_unknown", "shown"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_doubt_about_a_lost_answer_stays_on_the_mail(
    desk: Desk, was: bool, is_unknown: bool, shown: bool
) -> None:
    mail = queue_to(desk, A)
    results.conclude(desk, mail, Outcome({A: LATER}, is_unknown), was_maybe_twice=was)
    assert mail.is_maybe_twice == shown


@pytest.mark.parametrize("purpose", ["reset", "proof"])
@pytest.mark.parametrize("answer", [OK, NEVER])
def test_secret_text_is_gone_once_it_was_tried_for_good(
    desk: Desk, purpose: str, answer: tuple[int, str]
) -> None:
    mail = queue_to(desk, A, purpose=purpose, text="https://desk.example/link/secret\n")
    results.conclude(desk, mail, Outcome({A: LATER}))
    assert mail.text == "https://desk.example/link/secret\n"
    results.conclude(desk, mail, Outcome({A: answer}))
    assert mail.text == ""


@pytest.mark.parametrize("purpose", ["reply", "receipt", "notice"])
def test_other_text_is_kept(desk: Desk, purpose: str) -> None:
    mail = queue_to(desk, A, purpose=purpose)
    results.conclude(desk, mail, Outcome({A: OK}))
    assert mail.text == "Plug it in.\n"


def test_failed_mail_is_tried_again_at_once_for_those_it_missed(
    desk: Desk, clock: SteppedClock, ticket: Ticket
) -> None:
    mail = queue_to(desk, A, B, ticket=ticket)
    results.conclude(desk, mail, Outcome({A: NEVER, B: NEVER}))
    clock.go(days=1)
    service.retry_delivery(desk, mail.id)
    assert (mail.state, mail.next_at, mail.attempts) == ("waiting", clock.moment, 0)
    assert [state for state, _reply in states(desk, mail)] == ["waiting", "waiting"]
    actions = select(JournalEntry.action).where(JournalEntry.subject_kind == "outbound_mail")
    assert desk.session.scalars(actions).all() == ["retried"]


def test_retry_of_a_mail_given_up_is_a_whole_new_series(
    desk: Desk, clock: SteppedClock, ticket: Ticket
) -> None:
    mail = queue_to(desk, A, ticket=ticket)
    clock.go(days=6)
    results.conclude(desk, mail, Outcome({A: LATER}))
    assert mail.state == "failed"
    service.retry_delivery(desk, mail.id)
    pauses = []
    while mail.state == "waiting":
        results.conclude(desk, mail, Outcome({A: LATER}))
        pauses.append(mail.next_at - clock.moment)
        clock.go(seconds=pauses[-1].total_seconds())
    again, hours = pauses[:-1], timedelta(hours=4)
    assert again[:5] == [*results.WAITS, hours]
    assert set(again[5:]) == {hours}
    assert timedelta(days=5) <= sum(again, timedelta()) < timedelta(days=5) + hours


def test_retry_of_a_mail_given_up_waits_for_a_server_as_a_new_one(
    desk: Desk, clock: SteppedClock
) -> None:
    mail = queue_to(desk, A)
    clock.go(days=6)
    results.postpone(desk, mail, "400 unreachable")
    before = mail.state
    service.retry_delivery(desk, mail.id)
    results.postpone(desk, mail, "400 unreachable")
    assert (before, mail.state) == ("failed", "waiting")


def test_retry_wakes_the_worker_once_it_is_committed(desk: Desk) -> None:
    mail = queue_to(desk, A)
    desk.commit()
    bell = bells.bell(desk.core, bells.OUTBOUND)
    bell.clear()
    service.retry_delivery(desk, mail.id)
    assert not bell.is_set()
    desk.commit()
    assert bell.is_set()


def test_retry_of_a_delayed_mail_does_not_wait_any_longer(desk: Desk, clock: SteppedClock) -> None:
    mail = queue_to(desk, A)
    results.conclude(desk, mail, Outcome({A: LATER}))
    service.retry_delivery(desk, mail.id)
    assert (mail.next_at, states(desk, mail)) == (
        clock.moment,
        [("waiting", "451 4.7.1 greylisted")],
    )


def test_retry_leaves_a_mail_to_the_worker_that_is_sending_it(desk: Desk) -> None:
    mail = queue_to(desk, A)
    mail.leased_until = until = desk.now() + timedelta(seconds=40)
    service.retry_delivery(desk, mail.id)
    assert mail.leased_until == until


@pytest.mark.parametrize("state", ["sent", "suppressed"])
def test_mail_that_went_out_is_not_sent_again(desk: Desk, state: str) -> None:
    mail = queue_to(desk, A)
    mail.state = state
    with pytest.raises(Missing, match=f"no mail {mail.id} that waits or has failed"):
        service.retry_delivery(desk, mail.id)
    assert mail.state == state


def test_retry_of_a_mail_that_is_not_there_says_so(desk: Desk) -> None:
    with pytest.raises(Missing, match="no mail 77 that waits"):
        service.retry_delivery(desk, 77)


@pytest.mark.parametrize("purpose", ["reset", "proof"])
def test_mail_whose_link_is_gone_cannot_be_sent_empty(desk: Desk, purpose: str) -> None:
    mail = queue_to(desk, A, purpose=purpose)
    results.conclude(desk, mail, Outcome({A: NEVER}))
    with pytest.raises(Refused, match="was deleted when it failed: ask for a new one"):
        service.retry_delivery(desk, mail.id)
    assert (mail.state, states(desk, mail)[0][0]) == ("failed", "failed")


def test_receivers_are_read_in_the_order_of_the_header(desk: Desk) -> None:
    mail = queue_to(desk, C, A, B)
    other = queue_to(desk, A)
    found = [r.address for r in results.recipients_of(desk, mail)]
    assert (found, len(results.recipients_of(desk, other))) == ([C, A, B], 1)
    assert desk.session.scalar(select(OutboundRecipient.mail_id).limit(1)) == mail.id
