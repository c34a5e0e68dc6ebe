# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every reason against a session is said at once, with its way out; it is judged again at begin."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tresen.sdk import Desk, Person, Refused, Ticket
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import rules

Acting = Callable[[Person], Desk]
Settings = Callable[..., None]
Wish = Callable[..., service.Wish]
Held = Callable[..., RemoteSession]
OFFICE = {"hours_days": "12345", "hours_from": "08:00", "hours_to": "17:00"}
BERLIN = ZoneInfo("Europe/Berlin")
OUTSIDE = (
    "This is outside the hours of remote support: Monday to Friday, 08:00 to 17:00 (Europe/Berlin),"
    " on no public holiday."
)
MAKE_ONE = "Make an appointment within them; an administrator may go beyond them with a reason."


def local(text: str) -> datetime:
    """Return the moment at which the operator's clock shows the text."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def case(desk: Desk, ticket: Ticket, agent: Person | None, **given: Any) -> rules.Case:
    """Return a session that would begin now."""
    usual = {"starts_at": desk.now(), "ends_at": desk.now()} | given
    return rules.Case(ticket, agent.id if agent else None, **usual)


def sentences(desk: Desk, wanted: rules.Case) -> list[str]:
    """Return what stands against a session."""
    return [each.sentence for each in rules.judge(desk, wanted)]


def test_nothing_stands_against_a_session_as_installed(
    desk: Desk, ticket: Ticket, agent: Person
) -> None:
    assert rules.judge(desk, case(desk, ticket, agent)) == []


def test_reason_outside_the_hours_names_the_hours_and_the_way_out(
    desk: Desk, ticket: Ticket, agent: Person, settings: Settings, clock: SteppedClock
) -> None:
    settings(**OFFICE)
    assert rules.judge(desk, case(desk, ticket, agent)) == []
    clock.moment = local("2026-03-10 17:00")
    (reason,) = rules.judge(desk, case(desk, ticket, agent))
    assert (reason.sentence, reason.way_out, reason.may_be_passed) == (OUTSIDE, MAKE_ONE, True)


def test_appointment_is_judged_at_its_own_time(
    desk: Desk, ticket: Ticket, agent: Person, settings: Settings, clock: SteppedClock
) -> None:
    settings(**OFFICE)
    clock.moment = local("2026-03-10 22:00")
    times = [local("2026-03-11 09:00"), local("2026-03-11 16:45"), local("2026-03-14 10:00")]
    found = [
        sentences(desk, case(desk, ticket, agent, starts_at=t, ends_at=t + timedelta(minutes=30)))
        for t in times
    ]
    assert found == [[], [OUTSIDE], [OUTSIDE]]


def test_used_quota_stands_against_a_session(
    desk: Desk, ticket: Ticket, agent: Person, settings: Settings, held: Held
) -> None:
    settings(quota_minutes=60)
    held(local("2026-03-03 10:00"), 59)
    assert rules.judge(desk, case(desk, ticket, agent)) == []
    held(local("2026-03-04 10:00"), 1)
    said = "Of the customer's 60 minutes of remote support in the month, 0 are left."
    assert sentences(desk, case(desk, ticket, agent)) == [said]


def test_appointment_needs_all_of_its_minutes_in_its_own_month(
    desk: Desk, ticket: Ticket, agent: Person, settings: Settings, held: Held
) -> None:
    settings(quota_minutes=60)
    held(local("2026-03-03 10:00"), 40)
    found = []
    for text, minutes in (("03-20 10:00", 20), ("03-20 10:00", 21), ("04-01 10:00", 60)):
        start = local(f"2026-{text}")
        end = start + timedelta(minutes=minutes)
        found.append(sentences(desk, case(desk, ticket, agent, starts_at=start, ends_at=end)))
    said = "Of the customer's 60 minutes of remote support in the month, 20 are left."
    assert found == [[], [said], []]


def test_session_without_a_note_stands_against_the_next_one(
    desk: Desk, ticket: Ticket, agent: Person, held: Held
) -> None:
    began = desk.now() - timedelta(hours=1)
    row = held(began, state=states.ENDED, ended_at=desk.now())
    said = f"First write down what was done in the session {row.reference}: it has no note yet."
    assert sentences(desk, case(desk, ticket, agent)) == [said]
    assert sentences(desk, case(desk, ticket, agent, session_id=row.id)) == []


def test_agent_must_be_there_and_active(
    desk: Desk, ticket: Ticket, agent: Person, customer: Person
) -> None:
    said = "Remote support is given by active agents, and this one is none any more."
    assert sentences(desk, case(desk, ticket, None)) == [
        "This session has no agent: request another one."
    ]
    assert sentences(desk, case(desk, ticket, customer)) == [said]
    agent.is_active = False
    desk.commit()
    assert sentences(desk, case(desk, ticket, agent)) == [said]


def test_agent_has_one_appointment_at_a_time(
    desk: Desk, ticket: Ticket, agent: Person, wish: Wish, acting: Acting
) -> None:
    start = local("2026-03-11 10:00")
    times = {"planned_from": start, "planned_to": start + timedelta(minutes=30)}
    row = service.request(acting(agent), ticket, wish(**times))
    found = []
    for minutes in (-30, -29, 0, 29, 30):
        begins = start + timedelta(minutes=minutes)
        ends = begins + timedelta(minutes=30)
        found.append(sentences(desk, case(desk, ticket, agent, starts_at=begins, ends_at=ends)))
    said = f"The agent has another appointment at this time: the session {row.reference}."
    assert found == [[], [said], [said], [said], []]


def test_all_reasons_are_said_together(
    desk: Desk, ticket: Ticket, agent: Person, settings: Settings, held: Held, clock: SteppedClock
) -> None:
    settings(**OFFICE, quota_minutes=10)
    clock.moment = local("2026-03-14 10:00")
    held(local("2026-03-03 10:00"), state=states.ENDED, ended_at=local("2026-03-03 10:10"))
    reasons = rules.judge(desk, case(desk, ticket, agent))
    assert [each.may_be_passed for each in reasons] == [False, True, True]
    assert (rules.is_passable(reasons), rules.is_passable(reasons[1:])) == (False, True)
    assert rules.is_passable([]) is False


def test_refusal_tells_each_reason_with_its_way_out(
    ticket: Ticket,
    agent: Person,
    settings: Settings,
    clock: SteppedClock,
    wish: Wish,
    acting: Acting,
) -> None:
    settings(**OFFICE)
    clock.moment = local("2026-03-14 10:00")
    with pytest.raises(Refused) as refused:
        service.request(acting(agent), ticket, wish())
    assert refused.value.sentence == f"{OUTSIDE} {MAKE_ONE}"


def test_session_is_judged_again_when_it_begins(
    agreed: RemoteSession, agent: Person, acting: Acting, settings: Settings, clock: SteppedClock
) -> None:
    settings(**OFFICE)
    clock.moment = local("2026-03-10 17:00")
    with pytest.raises(Refused, match="outside the hours"):
        service.begin(acting(agent), agreed)
    assert agreed.state == states.CONSENTED


def test_running_session_is_not_cut_off_and_goes_on_after_a_pause(
    agreed: RemoteSession, agent: Person, acting: Acting, settings: Settings, clock: SteppedClock
) -> None:
    settings(**OFFICE, quota_minutes=10)
    clock.moment = local("2026-03-10 16:55")
    working = acting(agent)
    service.begin(working, agreed)
    found = []
    for _each in range(4):
        found.append(len(rules.limits(working, rules.case_of(working, agreed))))
        clock.go(minutes=5)
    service.pause(working, agreed)
    service.begin(working, agreed)
    assert (found, agreed.state) == ([0, 1, 2, 2], states.ACTIVE)


def test_session_that_runs_over_midnight_into_a_closed_day_says_so(
    agreed: RemoteSession, agent: Person, acting: Acting, settings: Settings, clock: SteppedClock
) -> None:
    settings(hours_days="12345", hours_from="08:00", hours_to="00:00")
    clock.moment = local("2026-03-13 23:58")
    working = acting(agent)
    service.begin(working, agreed)
    found = []
    for _each in range(4):
        found.append(len(rules.limits(working, rules.case_of(working, agreed))))
        clock.go(minutes=1)
    assert found == [0, 0, 1, 1]


def test_appointment_is_offered_within_the_hours_alone(
    ticket: Ticket,
    agent: Person,
    settings: Settings,
    clock: SteppedClock,
    wish: Wish,
    acting: Acting,
) -> None:
    settings(**OFFICE)
    start = local("2026-03-11 09:00")
    times = {"planned_from": start, "planned_to": start + timedelta(minutes=30)}
    working = acting(agent)
    row = service.request(working, ticket, wish(**times))
    clock.moment = local("2026-03-11 07:00")
    with pytest.raises(Refused, match="outside the hours"):
        service.offer(working, row)
    clock.moment = start
    service.offer(working, row)
    assert row.state == states.OFFERED
