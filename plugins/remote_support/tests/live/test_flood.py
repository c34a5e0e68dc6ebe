# SPDX-License-Identifier: AGPL-3.0-or-later
"""A flood in one room costs a bounded amount of work, and another room none of it (safety R06).

Work is counted, not timed: statements, signals, and lines that were made to look.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from tresen.sdk import Core, Desk
from tresen.testing.statements import recorded, walks
from tresen_remote_support.live import service, states
from tresen_remote_support.live.lines import MOST_MESSAGES, HungUp, Line, Meter, switchboard
from tresen_remote_support.live.messages import AGENT
from tresen_remote_support.live.models import Signal
from tresen_remote_support.live.states import CUSTOMER
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.seating import COOKIE

BYE = json.dumps({"kind": "bye"})
FLOOD = 1_000

Open = Callable[..., tuple[Line, list[str]]]


@pytest.fixture
def open_line(core: Core, desk: Desk) -> Open:
    """Return a function that opens a side's line in a room, and gives it with what it was told."""

    def go(row: RemoteSession, role: str) -> tuple[Line, list[str]]:
        place = service.join(desk, row, role)
        desk.commit()
        told: list[str] = []
        # All that comes in the test comes in one second.
        line = Line(core, desk.actor, place, told.append, Meter(lambda: 0.0))
        switchboard(core).add(line)
        return line, told

    return go


@pytest.fixture
def other(desk: Desk, begin_room: Callable[[], tuple[str, str]]) -> RemoteSession:
    """Return a session that has nothing to do with the flooded one."""
    reference, _seat = begin_room()
    return desk.session.scalars(select(RemoteSession).filter_by(reference=reference)).one()


def flood(line: Line, count: int) -> int | None:
    """Send so many messages; return the code with which the line is hung up."""
    for _each in range(count):
        try:
            line.take(BYE, 0)
        except HungUp as hung_up:
            return hung_up.code
    return None


def work_of_a_flood(core: Core, row: RemoteSession, open_line: Open, count: int) -> int:
    """Return how many statements it takes until a line is hung up, which then is gone."""
    line, _told = open_line(row, CUSTOMER)
    with recorded(core.engine) as statements:
        assert flood(line, count) == states.FLOODED
    switchboard(core).remove(line)
    return len(statements)


def test_flood_is_cut_off_after_a_second_s_most(
    desk: Desk, running: RemoteSession, open_line: Open
) -> None:
    line, _told = open_line(running, CUSTOMER)
    code = flood(line, FLOOD)
    statement = select(func.count()).select_from(Signal).where(Signal.kind == "bye")
    assert (code, desk.session.scalar(statement)) == (states.FLOODED, MOST_MESSAGES)


def test_ten_times_the_flood_costs_the_same(
    core: Core, running: RemoteSession, open_line: Open
) -> None:
    counts = [work_of_a_flood(core, running, open_line, count) for count in (100, FLOOD)]
    assert counts[0] == counts[1]


def test_flood_makes_no_line_of_another_room_look(
    core: Core, running: RemoteSession, other: RemoteSession, open_line: Open
) -> None:
    alone = work_of_a_flood(core, running, open_line, FLOOD)
    _agent, told = open_line(other, AGENT)
    beside = work_of_a_flood(core, running, open_line, FLOOD)
    assert (beside, told) == (alone, [])


def work_of_a_message(core: Core, lines: list[tuple[Line, list[str]]]) -> list[Any]:
    """Return which statements a message from one side to the other takes."""
    (customer, _own), (agent, told) = lines
    told.clear()
    with recorded(core.engine) as statements:
        customer.take(BYE, 0)
        agent.look()
    assert told == [BYE]
    return [statement for statement, _parameters in statements]


def test_message_in_another_room_takes_the_same_work_after_a_flood(
    core: Core, running: RemoteSession, other: RemoteSession, open_line: Open
) -> None:
    line, _told = open_line(running, CUSTOMER)
    lines = [open_line(other, role) for role in (CUSTOMER, AGENT)]
    for each, told in lines:
        each.look()
        told.clear()
    before = work_of_a_message(core, lines)
    flood(line, FLOOD)
    assert work_of_a_message(core, lines) == before


def test_message_never_walks_through_the_signals_of_others(
    core: Core, other: RemoteSession, open_line: Open
) -> None:
    (customer, _own), (agent, _told) = (open_line(other, role) for role in (CUSTOMER, AGENT))
    with recorded(core.engine) as statements:
        customer.take(BYE, 0)
        agent.look()
    tables = {each.partition(":")[0] for each in walks(core.engine, statements, 0)}
    assert {name for name in tables if name.startswith("remote_support")} == set()


def test_other_room_hears_all_in_its_order_during_a_flood(
    dial: Any, begin_room: Callable[[], tuple[str, str]]
) -> None:
    reference, seat = begin_room()
    flooding = dial(CUSTOMER)
    customer = dial(CUSTOMER, reference, Cookie=f"{COOKIE}={seat}")
    agent = dial(AGENT, reference)
    customer.offer()
    agent.say("answer", viewer=AGENT, no=1, sdp=agent.hear("offer")["sdp"])
    customer.hear("answer")
    for number in range(40):
        for _each in range(25):
            try:
                flooding.say("bye")
            except (OSError, RuntimeError):
                break
        customer.say("ice", viewer=AGENT, no=1, candidate=f"c{number}", mid="0", line=0)
    heard = [agent.hear("ice")["candidate"] for _each in range(40)]
    assert (heard, flooding.closed_with()) == ([f"c{each}" for each in range(40)], states.FLOODED)
