# SPDX-License-Identifier: AGPL-3.0-or-later
"""Checkpoints are planned, moved, cancelled and held, each in its turn."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tresen.sdk import Desk, Missing, Person, Refused
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service.checkpoints import queries, service, states
from tresen_pilot_service.checkpoints.models import Checkpoint
from tresen_pilot_service.models import Participation, Programme

Plan = Callable[..., Checkpoint]
SAID = {"minutes": " All pallets are found. ", "is_published": True}


def at(text: str) -> datetime:
    """Return a time as it is typed."""
    return datetime.fromisoformat(text)


def fields(**given: Any) -> dict[str, Any]:
    """Return the fields of a checkpoint, of the afternoon of the test's day."""
    words = {"title": "Kick-off", "place": "Room 2", "agenda": "Who is who"}
    when = {"starts_at": at("2026-03-10 14:30"), "duration": 45}
    return words | when | {"is_for_all": True, "asked": []} | given


def decided(**given: Any) -> dict[str, Any]:
    """Return the fields of a decision."""
    days = {"due_on": date(2026, 3, 20), "done_on": None}
    return {"text": "Label pallets", "person_id": None, "name": "M. Fuchs", **days} | given


@pytest.fixture
def plan(desk: Desk, participation: Participation) -> Plan:
    """Return a function that plans a checkpoint of the programme."""

    def go(**given: Any) -> Checkpoint:
        return service.plan(desk, participation.programme, fields(**given))

    return go


@pytest.fixture
def held(clock: SteppedClock, plan: Plan) -> Checkpoint:
    """Return a checkpoint that has begun."""
    made = plan()
    clock.go(hours=5)
    return made


def test_time_is_typed_on_the_operators_clock(plan: Plan) -> None:
    made = plan()
    assert (made.starts_at, made.state) == (datetime(2026, 3, 10, 13, 30, tzinfo=UTC), "planned")


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        (at("2026-03-29 01:59"), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (at("2026-03-29 03:00"), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (at("2026-10-25 02:30"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (at("2026-10-25 03:00"), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_time_is_right_when_clocks_change(desk: Desk, typed: datetime, moment: datetime) -> None:
    assert service.moment_of(desk, typed) == moment


def test_hour_that_is_left_out_is_refused(plan: Plan) -> None:
    with pytest.raises(Refused, match="This hour is left out that night"):
        plan(starts_at=at("2026-03-29 02:30"))


@pytest.mark.parametrize(
    ("day", "is_right"),
    [
        (at("2026-03-01 23:59"), False),
        (at("2026-03-02 00:00"), True),
        (at("2026-05-30 23:59"), True),
        (at("2026-05-31 00:00"), False),
    ],
)
def test_checkpoint_lies_in_the_programme_or_up_to_sixty_days_after(
    plan: Plan, day: datetime, is_right: bool
) -> None:
    if is_right:
        assert plan(starts_at=day).id == 1
        return
    with pytest.raises(Refused, match="lies from Mar 2, 2026 to May 30, 2026"):
        plan(starts_at=day)


def test_somebody_is_asked(plan: Plan) -> None:
    with pytest.raises(Refused, match="Choose the customers who are asked"):
        plan(is_for_all=False)


@pytest.mark.parametrize("state", ["declined", "withdrawn", "unknown"])
def test_only_customers_of_the_programme_who_stay_are_asked(
    desk: Desk, participation: Participation, plan: Plan, state: str
) -> None:
    if state != "unknown":
        participation.state, participation.ended_on = state, date(2026, 3, 9)
        desk.session.flush()
    asked = 99 if state == "unknown" else participation.id
    with pytest.raises(Refused, match="who have not left"):
        plan(is_for_all=False, asked=[asked])


def test_who_is_asked_is_kept_and_changed(
    desk: Desk, participation: Participation, plan: Plan
) -> None:
    made = plan(is_for_all=False, asked=[participation.id])
    found = [list(queries.chosen_ids(desk, made.id))]
    service.change_plan(desk, made, fields())
    found.append(list(queries.chosen_ids(desk, made.id)))
    assert found == [[participation.id], []]


@pytest.mark.parametrize(
    ("changed", "sequence"),
    [
        ({"title": "Start"}, 1),
        ({"starts_at": at("2026-03-11 14:30")}, 1),
        ({"duration": 60}, 1),
        ({"place": "Room 3"}, 1),
        ({"agenda": "What next"}, 0),
        ({"title": " Kick-off "}, 0),
        ({}, 0),
    ],
)
def test_calendars_learn_of_another_time_place_or_title(
    desk: Desk, clock: SteppedClock, plan: Plan, changed: dict[str, Any], sequence: int
) -> None:
    made = plan()
    uid = made.uid
    clock.go(minutes=5)
    is_moved = service.change_plan(desk, made, fields(**changed))
    assert (is_moved, made.sequence, made.uid) == (bool(sequence), sequence, uid)
    is_new = bool(sequence) or "agenda" in changed
    assert (made.changed_at == desk.now()) == is_new


def test_cancelled_checkpoint_is_neither_changed_nor_held(
    desk: Desk, clock: SteppedClock, plan: Plan
) -> None:
    made = plan()
    service.cancel(desk, made)
    assert (made.state, made.sequence) == (states.CANCELLED, 1)
    clock.go(hours=6)
    with pytest.raises(Refused, match="“Kick-off” is no longer planned: Cancelled"):
        service.change_plan(desk, made, fields())
    with pytest.raises(Refused, match="is no longer planned"):
        service.cancel(desk, made)
    with pytest.raises(Refused, match="“Kick-off” was cancelled"):
        service.write_minutes(desk, made, SAID)


def test_checkpoint_has_no_minutes_before_it_begins(desk: Desk, plan: Plan) -> None:
    made = plan()
    for write, given in ((service.write_minutes, SAID), (service.decide, decided())):
        with pytest.raises(Refused, match="“Kick-off” has not begun yet"):
            write(desk, made, given)
    assert made.state == states.PLANNED


def test_minutes_say_that_it_was_held(desk: Desk, held: Checkpoint) -> None:
    service.write_minutes(desk, held, SAID)
    found = (held.state, held.minutes, held.is_published)
    assert found == (states.HELD, "All pallets are found.", True)
    service.write_minutes(desk, held, SAID | {"is_published": False})
    assert held.is_published is False


def test_decision_says_who_does_it_until_when(
    desk: Desk, held: Checkpoint, contact: Person
) -> None:
    service.decide(desk, held, decided(text=" Label pallets "))
    service.decide(desk, held, decided(person_id=contact.id, name=""))
    found = [
        (each.text, each.person.name if each.person else each.name, each.due_on)
        for each in queries.decisions(desk, [held.id])[held.id]
    ]
    day = date(2026, 3, 20)
    assert found == [("Label pallets", "M. Fuchs", day), ("Label pallets", "Carla Contact", day)]


def test_decision_is_done_by_one(
    desk: Desk, held: Checkpoint, contact: Person, customer: Person
) -> None:
    with pytest.raises(Refused, match="Choose an agent or write a name, not both"):
        service.decide(desk, held, decided(person_id=contact.id))
    with pytest.raises(Refused, match="Who does it must be an active agent"):
        service.decide(desk, held, decided(person_id=customer.id, name=""))


def test_decision_is_done_and_is_not_after_all(desk: Desk, held: Checkpoint) -> None:
    made = service.decide(desk, held, decided())
    service.settle(desk, made)
    done = made.done_on
    service.settle(desk, made)
    assert (done, made.done_on) == (date(2026, 3, 10), None)


def test_decision_is_changed_but_not_done_in_the_future(desk: Desk, held: Checkpoint) -> None:
    made = service.decide(desk, held, decided())
    service.change_decision(desk, made, decided(text="Paint pallets", done_on=date(2026, 3, 9)))
    assert (made.text, made.done_on) == ("Paint pallets", date(2026, 3, 9))
    with pytest.raises(Refused, match="still to come"):
        service.change_decision(desk, made, decided(done_on=date(2026, 3, 11)))


def test_checkpoints_stand_in_the_order_of_their_days(
    desk: Desk, programme: Programme, plan: Plan
) -> None:
    later = plan(starts_at=at("2026-03-20 09:00"))
    first = plan(starts_at=at("2026-03-03 09:00"))
    found = [each.id for each in queries.of_programme(desk, programme.id)]
    assert (found, queries.of_programme(desk, 99)) == ([first.id, later.id], [])


@pytest.mark.parametrize("find", [queries.checkpoint, queries.decision])
def test_what_is_not_there_is_missing(desk: Desk, find: Callable[..., Any]) -> None:
    with pytest.raises(Missing, match="There is no such"):
        find(desk, 99)
