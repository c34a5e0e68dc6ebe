# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker is killed at every named place of intake and delivery: nothing is lost or doubled."""

import os
from collections import Counter

import pytest
from flows.house import House, Mortals
from mail.letters import letter
from mail.servers import rows
from tresen.desk import Desk, desk_for
from tresen.faults import KILLED
from tresen.mail import queries
from tresen.mail.models import OutboundMail
from tresen.people.models import Person
from tresen.testing.factories import make_ticket
from tresen.tickets import service as tickets
from tresen.tickets.models import Message, Ticket
from tresen.tickets.records import NewMessage

# Place: at which visits of a round the worker dies there, one round for each.
PLACES = {
    "fetch.before_store": (1, 1),  # F01
    "fetch.before_commit": (1, 1),  # F01
    "fetch.after_commit": (1, 1),  # F02
    "fetch.after_forget": (1, 1),
    "inbound.after_claim": (1, 2),  # F03
    "inbound.after_read": (1, 2),
    "inbound.after_take": (1, 3),
    "inbound.before_commit": (1, 2),
    "inbound.after_commit": (1, 2),  # F04
    "deliver.after_claim": (1, 1),
    "deliver.before_data": (1, 3),
    "deliver.after_data": (1, 3),  # F05
    "deliver.before_commit": (1, 3),
    "deliver.after_commit": (1, 3),
}
# Between the server's 250 and the commit nobody can know: the mail may go out again (F05).
MAY_DOUBLE = ("deliver.after_data", "deliver.before_commit")
# How often each place is gone through; more for a long night.
TIMES = int(os.environ.get("TRESEN_KILL_TIMES", "2"))


def feed(house: House, ticket_id: int, number: int) -> None:
    """Two new requests, one of them twice, an answer on a ticket, a machine's mail; one reply."""
    twice = letter(f"A {number} <a{number}@kunde.example>", body=f"first {number}")
    house.imap.add(
        twice,
        letter(f"B {number} <b{number}@kunde.example>", body=f"second {number}"),
        twice,
        letter(subject=f"Re: [#{ticket_id + 10_000}]", body=f"more {number}"),
        letter(Auto_Submitted="auto-replied", body=f"away {number}"),
    )
    with desk_for(house.core, write=True) as desk:
        ticket = desk.session.get_one(Ticket, ticket_id)
        tickets.add_message(desk, ticket, NewMessage(f"Answer {number}", "web"))


@pytest.mark.parametrize("place", PLACES)
def test_fault_f01_to_f05_death_at_a_named_place_loses_and_doubles_nothing(
    house: House, running: Mortals, desk: Desk, customer: Person, place: str
) -> None:
    ticket = make_ticket(desk, customer)
    desk.commit()
    visits = PLACES[place] * TIMES
    for number, visit in enumerate(visits):
        feed(house, ticket.id, number)
        assert running.work(4 * number, f"{place}:{visit}") == KILLED
        assert running.work(4 * number + 2) == 0
    assert_books_are_kept(house, len(visits))
    assert_all_delivered(house, may_double=place in MAY_DOUBLE)


@pytest.mark.parametrize("place", [place for place in PLACES if place.startswith("inbound")])
def test_reply_stays_with_its_question_when_the_worker_dies_between_them(
    house: House, running: Mortals, place: str
) -> None:
    karla = "Karla <karla@kunde.example>"
    house.imap.add(
        letter(karla, Message_ID="<question@kunde.example>"),
        letter("Bert <bert@kunde.example>"),
        letter(karla, subject="Re: Nothing prints", In_Reply_To="<question@kunde.example>"),
    )
    assert running.work(0, f"{place}:1") == KILLED
    # Another worker meanwhile; then one that finds the leases of the dead one over.
    assert [running.work(minutes) for minutes in (0, 2)] == [0, 0]
    with desk_for(house.core) as desk:
        assert queries.conservation(desk).is_kept
    assert (len(rows(house.core, Ticket)), len(rows(house.core, Message))) == (2, 3)


def assert_books_are_kept(house: House, rounds: int) -> None:
    with desk_for(house.core) as desk:
        books = queries.conservation(desk)
        assert queries.wrong_hashes(desk, None) == []
    assert books.is_kept
    assert (books.inbound, books.messages) == (5 * rounds, 3 * rounds)
    assert (books.ignored, books.held, books.pending) == (2 * rounds, 0, 0)
    bodies = Counter(message.body for message in rows(house.core, Message) if message.is_inbound)
    assert set(bodies.values()) == {1}
    assert house.imap.flags() == [{"\\Seen"}] * 5 * rounds


def assert_all_delivered(house: House, *, may_double: bool) -> None:
    mails = rows(house.core, OutboundMail)
    assert {mail.state for mail in mails} == {"sent"}
    delivered = Counter(str(got.mail["Message-ID"])[1:-1] for got in house.sink.delivered)
    assert set(delivered) == {mail.internet_message_id for mail in mails}
    doubled = {identifier for identifier, times in delivered.items() if times > 1}
    marked = {mail.internet_message_id for mail in mails if mail.is_maybe_twice}
    assert doubled <= marked
    assert may_double or not doubled
