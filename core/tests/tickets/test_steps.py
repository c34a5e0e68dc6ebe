# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every step from every state: what is allowed, what is said, what is stamped and written down."""

from datetime import timedelta

import pytest
from tickets.bench import START, Bench
from tresen import i18n
from tresen.errors import Refused
from tresen.tickets import service
from tresen.tickets.models import Ticket
from tresen.tickets.records import NewMessage

STATES = (
    "new",
    "open",
    "waiting_customer",
    "waiting_third_party",
    "waiting_internal",
    "solved",
    "closed",
)
# One row for each old state, one column for each new one, in the order above: written down here
# a second time, so that nobody opens a way by a slip in the product's table.
TABLE = """
= x x x x x x
. = x x x x x
. x = x x x x
. x x = x x x
. x x x = x x
. x . . . = x
. . . . . . =
"""
CELLS = [
    (old, new, cell)
    for old, line in zip(STATES, TABLE.strip().splitlines(), strict=True)
    for new, cell in zip(STATES, line.split(), strict=True)
]
TITLES = {
    "en": (
        "New",
        "Open",
        "Waiting for customer",
        "Waiting for third party",
        "Waiting internally",
        "Solved",
        "Closed",
    ),
    "de": (
        "Neu",
        "Offen",
        "Wartet auf Kunden",
        "Wartet auf Dritte",
        "Wartet intern",
        "Gelöst",
        "Geschlossen",
    ),
}
REPLY = NewMessage("Please try again.", "web")
NOTE = NewMessage("Between us.", "web", kind="note")
ANSWER = NewMessage("It works.", "mail", is_inbound=True)


def standing_in(bench: Bench, state: str) -> Ticket:
    """Return a ticket that came into the state an hour after it was opened."""
    ticket = bench.ticket()
    bench.clock.go(hours=1)
    if state != "new":
        service.change(bench.desk, ticket, {"state": state})
    bench.clock.go(hours=1)
    return ticket


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, new, cell in CELLS if cell == "x"])
def test_allowed_step_is_made_and_written_down(bench: Bench, old: str, new: str) -> None:
    ticket = standing_in(bench, old)
    before = len(bench.journal(ticket))
    assert service.change(bench.desk, ticket, {"state": new}) == {"state": (old, new)}
    assert (ticket.state, ticket.is_open) == (new, new not in ("solved", "closed"))
    assert bench.journal(ticket)[before:] == [("changed", "state", old, new)]


@pytest.mark.parametrize(("old", "new"), [(old, new) for old, new, cell in CELLS if cell == "."])
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A ticket that is {} cannot become {}."),
        ("de", "Ein Ticket im Status „{}“ kann nicht in den Status „{}“ wechseln."),
    ],
)
def test_other_step_is_refused_in_the_readers_language(
    bench: Bench, old: str, new: str, language: str, sentence: str
) -> None:
    ticket = standing_in(bench, old)
    bench.desk.session.flush()
    seen = ticket.revision
    titles = dict(zip(STATES, TITLES[language], strict=True))
    with i18n.speaking(bench.speak(language)), pytest.raises(Refused) as refusal:
        service.change(bench.desk, ticket, {"state": new, "subject": "Other"})
    bench.desk.session.flush()
    assert refusal.value.sentence == sentence.format(titles[old], titles[new])
    assert (ticket.state, ticket.subject, ticket.revision) == (
        old,
        "The printer prints nothing",
        seen,
    )


@pytest.mark.parametrize("state", STATES)
def test_staying_changes_nothing(bench: Bench, state: str) -> None:
    ticket = standing_in(bench, state)
    before = bench.journal(ticket)
    changed_at = ticket.changed_at
    assert service.change(bench.desk, ticket, {"state": state}) == {}
    assert (bench.journal(ticket), ticket.changed_at) == (before, changed_at)


# State -> what an answer of the customer, a reply of ours, and a note make of it; None: refused.
MOVES = {
    "new": ("new", "open", "new"),
    "open": ("open", "open", "open"),
    "waiting_customer": ("open", "waiting_customer", "waiting_customer"),
    "waiting_third_party": ("waiting_third_party",) * 3,
    "waiting_internal": ("waiting_internal",) * 3,
    "solved": ("open", "solved", "solved"),
    "closed": (None, None, "closed"),
}


@pytest.mark.parametrize(
    ("state", "message", "after"),
    [
        (state, message, after)
        for state, moves in MOVES.items()
        for message, after in zip((ANSWER, REPLY, NOTE), moves, strict=True)
    ],
)
def test_message_moves_the_ticket_as_the_table_says(
    bench: Bench, state: str, message: NewMessage, after: str | None
) -> None:
    ticket = standing_in(bench, state)
    if after is None:
        with pytest.raises(Refused) as refusal:
            service.add_message(bench.desk, ticket, message)
        assert refusal.value.sentence == (
            f"Ticket {ticket.number} is closed. A new request can be linked to it."
        )
        return
    before = len(bench.journal(ticket))
    service.add_message(bench.desk, ticket, message)
    moved = [] if after == state else [("changed", "state", state, after)]
    assert (ticket.state, bench.journal(ticket)[before:]) == (after, moved)


@pytest.mark.parametrize("state", [state for state in STATES if state != "closed"])
@pytest.mark.parametrize(("message", "due"), [(ANSWER, True), (REPLY, False)])
def test_turn_is_with_who_did_not_write_last(
    bench: Bench, state: str, message: NewMessage, due: bool
) -> None:
    ticket = standing_in(bench, state)
    service.add_message(bench.desk, ticket, message)
    assert ticket.is_answer_due is due


@pytest.mark.parametrize("state", STATES)
def test_note_leaves_the_turn_where_it_is(bench: Bench, state: str) -> None:
    ticket = standing_in(bench, state)
    due = ticket.is_answer_due
    service.add_message(bench.desk, ticket, NOTE)
    assert ticket.is_answer_due is due is (state not in ("solved", "closed"))


@pytest.mark.parametrize("state", [state for state in STATES if state != "closed"])
def test_first_reply_is_stamped_in_every_state_and_once(bench: Bench, state: str) -> None:
    ticket = standing_in(bench, state)
    service.add_message(bench.desk, ticket, NOTE)
    service.add_message(bench.desk, ticket, REPLY)
    bench.clock.go(hours=1)
    service.add_message(bench.desk, ticket, REPLY)
    assert ticket.first_replied_at == START + timedelta(hours=2)


def test_reopening_forgets_when_it_was_solved_and_keeps_the_first_reply(bench: Bench) -> None:
    ticket = bench.ticket()
    service.add_message(bench.desk, ticket, REPLY)
    bench.clock.go(hours=3)
    service.change(bench.desk, ticket, {"state": "solved"})
    solved = (ticket.solved_at, ticket.is_answer_due)
    bench.clock.go(days=2)
    service.add_message(bench.desk, ticket, ANSWER)
    assert solved == (START + timedelta(hours=3), False)
    assert (ticket.solved_at, ticket.closed_at, ticket.first_replied_at) == (None, None, START)


def test_closing_what_was_solved_keeps_the_hour_of_solving(bench: Bench) -> None:
    ticket = standing_in(bench, "solved")
    bench.clock.go(days=14)
    service.change(bench.desk, ticket, {"state": "closed"})
    assert (ticket.solved_at, ticket.closed_at) == (
        START + timedelta(hours=1),
        START + timedelta(days=14, hours=2),
    )


@pytest.mark.parametrize("moved", ["message", "note", "change"])
def test_everything_moves_the_change_and_messages_alone_the_last_message(
    bench: Bench, moved: str
) -> None:
    ticket = bench.ticket()
    bench.clock.go(hours=5)
    if moved == "change":
        service.change(bench.desk, ticket, {"priority": 4})
    else:
        service.add_message(bench.desk, ticket, REPLY if moved == "message" else NOTE)
    later = START + timedelta(hours=5)
    assert (ticket.created_at, ticket.changed_at, ticket.last_message_at) == (
        START,
        later,
        START if moved == "change" else later,
    )
