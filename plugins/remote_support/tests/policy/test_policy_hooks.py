# SPDX-License-Identifier: AGPL-3.0-or-later
"""Other plugins widen hours and minutes, and are told of notes; who fails changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from tresen.sdk import Core, Desk, Person, ServiceHours, Ticket, hookimpl
from tresen.testing.fixtures import SteppedClock
from tresen_remote_support import service, states
from tresen_remote_support.models import RemoteSession
from tresen_remote_support.policy import queries, rules
from tresen_remote_support.policy.queries import Allowance

Settings = Callable[..., None]
Held = Callable[..., RemoteSession]
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {"hours_days": "12345", "hours_from": "08:00", "hours_to": "17:00"}
EVENING = ServiceHours(frozenset(range(1, 8)), time(17), time(20), "Europe/Berlin")


def local(text: str) -> datetime:
    """Return the moment at which the operator's clock shows the text."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@dataclass
class Contract:
    """A plugin that widens what a customer may have, and keeps what it is told."""

    answer: list[Any] = field(default_factory=list)
    asked: list[tuple[int, datetime]] = field(default_factory=list)
    told: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @hookimpl(optionalhook=True)
    def remote_support_policies(self, ticket: Ticket, moment: datetime) -> list[Any]:
        self.asked.append((ticket.id, moment))
        return self.answer

    @hookimpl(optionalhook=True)
    def remote_support_documented(self, ticket: Ticket, facts: dict[str, Any]) -> None:
        self.told.append((ticket.id, facts))


class Broken:
    """A plugin that fails whatever it is asked or told."""

    @hookimpl(optionalhook=True)
    def remote_support_policies(self) -> list[Any]:
        raise ZeroDivisionError

    @hookimpl(optionalhook=True)
    def remote_support_documented(self) -> None:
        raise ZeroDivisionError


@pytest.fixture
def contract(core: Core) -> Contract:
    """Return the plugin, taken in."""
    made = Contract()
    core.plugins.pm.register(made, "contract")
    return made


@pytest.fixture
def broken(core: Core) -> None:
    """Take in the plugin that fails, as one that is installed and whose errors are set aside."""
    core.plugins.pm.register(Broken(), "broken")
    core.plugins.taken_in["broken"] = core.plugins.taken_in["remote_support"]
    core.plugins.strict = False


@pytest.fixture
def office(settings: Settings) -> None:
    """Give remote support in the hours of an office, and an hour a month."""
    settings(**OFFICE, quota_minutes=60)


def against(desk: Desk, ticket: Ticket, agent: Person) -> int:
    """Return how many reasons stand against a session that would begin now."""
    return len(rules.judge(desk, rules.Case(ticket, agent.id, desk.now(), desk.now())))


def test_hook_remote_support_policies(
    desk: Desk,
    ticket: Ticket,
    agent: Person,
    contract: Contract,
    settings: Settings,
    clock: SteppedClock,
) -> None:
    settings(**OFFICE)
    clock.moment = local("2026-03-13 16:00")
    # Nothing stands against it, so that nobody need be asked.
    assert (against(desk, ticket, agent), contract.asked) == (0, [])
    clock.moment = local("2026-03-14 18:00")
    assert (against(desk, ticket, agent), contract.asked) == (1, [(ticket.id, desk.now())])
    contract.answer = [{"title": "Night watch", "hours": EVENING}]
    assert against(desk, ticket, agent) == 0
    clock.moment = local("2026-03-14 20:00")
    assert against(desk, ticket, agent) == 1


@pytest.fixture
def used_up(
    desk: Desk, ticket: Ticket, agent: Person, settings: Settings, held: Held
) -> rules.Case:
    """Return a session of a customer whose minutes of the month are used."""
    settings(quota_minutes=30)
    held(local("2026-03-03 10:00"), 30)
    return rules.Case(ticket, agent.id, desk.now(), desk.now())


@pytest.mark.parametrize(
    ("answer", "is_free"),
    [
        ([{"title": "Pilot", "minutes_left": 1}], True),
        ([{"title": "Pilot", "minutes_left": None}], True),
        ([{"title": "Pilot", "minutes_left": 0}], False),
        ([{"title": "Pilot"}], False),
        ([{"minutes_left": 0}, {"minutes_left": 5}], True),
        # What cannot be read allows nothing.
        ([{"minutes_left": "many", "hours": "always"}], False),
        ([{"minutes_left": True}], False),
        ([{}], False),
    ],
)
def test_minutes_of_others_count_where_the_customers_are_used(
    used_up: rules.Case, desk: Desk, contract: Contract, answer: list[Any], is_free: bool
) -> None:
    contract.answer = answer
    assert (rules.judge(desk, used_up) == []) is is_free


def test_minutes_that_a_session_has_run_count_against_those_of_others(
    desk: Desk, ticket: Ticket, contract: Contract, settings: Settings, held: Held
) -> None:
    settings(quota_minutes=1)
    contract.answer = [{"minutes_left": 20}]
    found = []
    for minutes in (18, 19, 20):
        row = held(desk.now() - timedelta(minutes=minutes))
        found.append(len(rules.limits(desk, rules.case_of(desk, row))))
        desk.session.delete(row)
    assert found == [0, 0, 1]


def test_hook_remote_support_documented(
    desk: Desk, ticket: Ticket, agent: Person, contract: Contract, held: Held
) -> None:
    row = held(desk.now(), state=states.ENDED, ended_at=desk.now() + timedelta(minutes=9))
    values = {"actions": " Set the tick. ", "result": states.SOLVED, "minutes": 9}
    service.document(desk, row, values)
    service.document(desk, row, values | {"minutes": 12})
    facts = {
        "reference": row.reference,
        "agent_id": agent.id,
        "started_at": desk.now(),
        "minutes": 9,
        "summary": "Set the tick.",
        "result": "solved",
    }
    assert contract.told == [(ticket.id, facts), (ticket.id, facts | {"minutes": 12})]


@pytest.mark.usefixtures("broken", "office")
def test_who_raises_widens_and_narrows_nothing_and_is_noted(
    desk: Desk, ticket: Ticket, agent: Person, contract: Contract, clock: SteppedClock
) -> None:
    contract.answer = [{"hours": EVENING}]
    found = []
    for text in ("2026-03-10 10:00", "2026-03-10 18:00", "2026-03-10 21:00"):
        clock.moment = local(text)
        found.append(against(desk, ticket, agent))
    tally = desk.core.plugins.tallies["broken", "remote_support_policies"]
    assert (found, tally.errors) == ([0, 0, 1], 2)


@pytest.mark.usefixtures("broken")
def test_note_stays_where_a_listener_raises(
    desk: Desk, core: Core, contract: Contract, held: Held
) -> None:
    row = held(desk.now(), state=states.ENDED, ended_at=desk.now() + timedelta(minutes=9))
    service.document(desk, row, {"actions": "Done.", "result": states.SOLVED, "minutes": 9})
    desk.commit()
    tally = core.plugins.tallies["broken", "remote_support_documented"]
    assert (row.minutes, len(contract.told), tally.errors) == (9, 1, 1)


def test_nobody_has_to_answer(desk: Desk, ticket: Ticket) -> None:
    own = [each for each in queries.allowances(desk, ticket, desk.now()) if not each.title]
    assert own == []


TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0, fold=0))
DAYS = st.frozensets(st.integers(1, 7), min_size=1)
ALLOWANCES = st.lists(
    st.builds(
        Allowance,
        title=st.just("Other"),
        hours=st.none()
        | st.builds(
            lambda days, opens: ServiceHours(days, opens, time(0), "Europe/Berlin"), DAYS, TIMES
        ),
        has_minutes=st.booleans(),
        minutes=st.none() | st.integers(0, 120),
    ),
    max_size=3,
)


@pytest.mark.usefixtures("office")
@how(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    wider=ALLOWANCES,
    more=ALLOWANCES,
    time_of=st.tuples(st.integers(0, 14 * 24 * 60), st.integers(0, 90)),
)
def test_widening_never_narrows(
    desk: Desk,
    ticket: Ticket,
    agent: Person,
    wider: list[Allowance],
    more: list[Allowance],
    time_of: tuple[int, int],
) -> None:
    """Nobody's answer takes away what is allowed without it, alone or beside others' answers."""
    start = datetime(2026, 3, 21, tzinfo=UTC) + timedelta(minutes=time_of[0])
    case = rules.Case(ticket, agent.id, start, start + timedelta(minutes=time_of[1]))
    found = [reasons(desk, case, each) for each in ([], wider, [*wider, *more])]
    assert found[0] >= found[1] >= found[2]


def reasons(desk: Desk, case: rules.Case, wider: list[Allowance]) -> set[str]:
    """Return which of hours and quota stand against a case."""
    return {each.sentence for each in rules.limits_within(desk, case, wider)}
