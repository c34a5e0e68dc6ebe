# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delivery to a real SMTP server that refuses, hangs and breaks off."""

import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest
from mail.servers import deliver_all, make_quiet_ticket, outbox, queue_to, sending, states
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.files.service import store_file
from tresen.mail import queries
from tresen.mail.deliver import deliver
from tresen.mail.outbound import NewMail, Receiver, queue
from tresen.people.models import Person
from tresen.testing.fixtures import SteppedClock
from tresen.testing.smtp_sink import smtp_sink
from tresen.tickets import service as tickets
from tresen.tickets.models import Message
from tresen.tickets.records import NewMessage


def test_mail_is_delivered_once_with_its_message_id(core: Core, desk: Desk) -> None:
    queued = queue_to(desk, "karla@kunde.example", is_automatic=False)
    desk.commit()
    with sending(core) as sink:
        deliver_all(core)
    (got,) = sink.delivered
    assert (got.sender, got.receivers) == ("service@localhost", ["karla@kunde.example"])
    assert got.mail["Message-ID"] == f"<{queued.internet_message_id}>"
    assert got.mail.get_content() == "Plug it in.\r\n"
    (row,) = outbox(core)
    assert (row.state, row.is_maybe_twice, row.attempts) == ("sent", False, 1)


def test_mail_is_written_alike_each_time(core: Core, desk: Desk) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with sending(core) as sink:
        sink.data_answers = ["250 ok"]
        sink.is_dropping = True
        deliver(core, 5.0)
        sink.is_dropping = False
        core.clock.go(minutes=2)
        deliver_all(core)
    first, second = sink.delivered
    assert first.mail["Message-ID"] == second.mail["Message-ID"]
    assert first.mail["Date"] == second.mail["Date"]


@pytest.mark.parametrize("answer", ["421 closing", "451 later", "452 full"])
def test_fault_f20_temporary_refusal_is_tried_again_after_growing_pauses(
    core: Core, desk: Desk, clock: SteppedClock, answer: str
) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with sending(core) as sink:
        sink.refusals["karla@kunde.example"] = answer
        waits = []
        for minutes in (0, 1, 5, 15, 60, 240):
            clock.go(minutes=minutes)
            assert deliver(core, 5.0) == 1
            waits.append(outbox(core)[0].next_at - clock.moment)
        assert waits == [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 240)]
        assert deliver(core, 5.0) == 0
        sink.refusals.clear()
        clock.go(hours=4)
        deliver_all(core)
    assert states(core) == {"karla@kunde.example": "sent"}
    assert len(sink.delivered) == 1


def test_fault_f20_gives_up_after_five_days_and_tells_the_owner(
    core: Core, desk: Desk, clock: SteppedClock, agent: Person, customer: Person
) -> None:
    ticket = make_quiet_ticket(desk, customer, owner_id=agent.id)
    queue_to(desk, "karla@kunde.example", ticket=ticket)
    desk.commit()
    with sending(core) as sink:
        sink.refusals["karla@kunde.example"] = "451 later"
        deliver_all(core)
        clock.go(days=5, minutes=1)
        deliver_all(core)
    with desk_for(core) as reading:
        note = reading.session.scalars(select(Message).where(Message.kind == "note")).one()
    assert note.body == ("A mail could not be delivered:\n\n- karla@kunde.example: 451 later")
    failed = [row for row in outbox(core) if row.state == "failed"]
    assert [row.purpose for row in failed] == ["reply"]
    told = [row for row in outbox(core) if row.subject.startswith("Not delivered:")]
    assert [row.purpose for row in told] == ["notice"]


def test_fault_f21_one_refused_receiver_does_not_keep_the_others_from_it(
    core: Core, desk: Desk, agent: Person, customer: Person
) -> None:
    ticket = make_quiet_ticket(desk, customer, owner_id=agent.id)
    desk.commit()
    queue_to(desk, "a@kunde.example", "b@kunde.example", "c@kunde.example", ticket=ticket)
    desk.commit()
    with sending(core) as sink:
        sink.refusals["b@kunde.example"] = "550 no such user"
        deliver_all(core)
    assert {k: v for k, v in states(core).items() if k.endswith("kunde.example")} == {
        "a@kunde.example": "sent",
        "b@kunde.example": "failed",
        "c@kunde.example": "sent",
    }
    reply = next(got for got in sink.delivered if "a@kunde.example" in got.receivers)
    assert reply.receivers == ["a@kunde.example", "c@kunde.example"]
    told = [row for row in outbox(core) if row.subject.startswith("Not delivered:")]
    assert [row.state for row in told] == ["sent"]


def test_fault_f22_hang_after_data_is_tried_again_with_the_same_id(
    core: Core, desk: Desk, clock: SteppedClock
) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with sending(core) as sink:
        sink.is_hanging = True
        deliver(core, 0.5)
        (row,) = outbox(core)
        assert (row.state, row.is_maybe_twice) == ("waiting", True)
        sink.is_hanging = False
        sink.release.set()
        clock.go(minutes=1)
        deliver_all(core)
    (row,) = outbox(core)
    assert (row.state, row.is_maybe_twice, row.attempts) == ("sent", True, 2)
    assert len({got.mail["Message-ID"] for got in sink.delivered}) == 1


def test_server_that_is_away_delays_and_loses_nothing(
    core: Core, desk: Desk, clock: SteppedClock
) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with sending(core) as sink:
        pass
    deliver_all(core, 1.0)
    assert [row.state for row in outbox(core)] == ["waiting"]
    with sending(core) as sink:
        clock.go(minutes=1)
        deliver_all(core)
    assert len(sink.delivered) == 1


def test_outage_costs_no_mail_its_pauses_however_long_it_lasts(
    core: Core, desk: Desk, clock: SteppedClock
) -> None:
    for number in range(3):
        queue_to(desk, f"karla{number}@kunde.example")
    desk.commit()
    with sending(core) as sink:
        pass
    for _minute in range(90):
        assert deliver(core, 1.0) == 0
        clock.go(minutes=1)
    assert {(row.state, row.attempts) for row in outbox(core)} == {("waiting", 1)}
    with desk_for(core) as reading:
        failure = "400 the mail server could not be used: [Errno 111] Connection refused"
        assert queries.server_failure(reading) == failure
    with sending(core) as sink:
        assert deliver(core, 1.0) == 3
    assert len(sink.delivered) == 3


def test_outage_of_five_days_is_a_failure_that_its_owner_is_told(
    core: Core, desk: Desk, clock: SteppedClock, customer: Person, agent: Person
) -> None:
    ticket = make_quiet_ticket(desk, customer)
    ticket.owner_id = agent.id
    queue_to(desk, "karla@kunde.example", ticket=ticket)
    desk.commit()
    with sending(core):
        pass
    clock.go(days=5)
    deliver(core, 1.0)
    first, *told = outbox(core)
    assert (first.state, [row.purpose for row in told]) == ("failed", ["notice"])


def test_mails_with_files_are_written_one_at_a_time(
    core: Core, desk: Desk, customer: Person
) -> None:
    size, count = 2_000_000, 12
    ticket = make_quiet_ticket(desk, customer)
    for number in range(count):
        file = store_file(desk, "film.bin", "video/mp4", bytes([number]) * size)
        tickets.add_message(desk, ticket, NewMessage("Look", "web", files=((file.id, ""),)))
    desk.commit()
    desk.session.expunge_all()
    with sending(core):
        pass
    tracemalloc.start()
    deliver(core, 1.0)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < count * size


def test_fault_f26_clock_set_back_does_not_stop_delivery(
    core: Core, desk: Desk, clock: SteppedClock
) -> None:
    clock.go(days=365)
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    clock.go(days=-365)
    with sending(core) as sink:
        deliver_all(core)
    assert len(sink.delivered) == 1


def test_atk_m20_bcc_receiver_stands_in_no_header(core: Core, desk: Desk) -> None:
    receivers = [Receiver("a@kunde.example"), Receiver("b@kunde.example", field="bcc")]
    queue(desk, NewMail("reply", "Hello", "Text\n", receivers))
    desk.commit()
    with sending(core) as sink:
        deliver_all(core)
    (got,) = sink.delivered
    assert got.receivers == ["a@kunde.example", "b@kunde.example"]
    assert b"b@kunde.example" not in got.content


def test_atk_m23_server_without_starttls_gets_nothing(core: Core, desk: Desk) -> None:
    queue_to(desk, "karla@kunde.example")
    desk.commit()
    with smtp_sink() as sink:
        url = sink.url.replace("smtp://", "smtp+starttls://")
        core.config = replace(core.config, smtp_url=url)
        deliver_all(core)
    assert sink.delivered == []
    (row,) = outbox(core)
    assert row.state == "waiting"
    assert "STARTTLS" in row.last_reply
