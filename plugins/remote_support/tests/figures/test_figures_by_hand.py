# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sessions written by hand come out as the figures that a person reckons from them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Core, Desk, Person, Ticket
from tresen.testing import factories
from tresen.testing.statements import recorded
from tresen_remote_support import states
from tresen_remote_support.figures import queries
from tresen_remote_support.figures.queries import Figures, Month
from tresen_remote_support.models import Consent, ConsentText, RemoteSession

SignIn = Callable[[Person], FlaskClient]
Held = Callable[..., RemoteSession]
People = Callable[[int, str], list[int]]
PAGE = "/remote_support/figures"
STATEMENTS = 3
DAY = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.fixture
def held(desk: Desk, ticket: Ticket) -> Held:
    """Return a function that writes a session: asked for at a moment, begun and of minutes."""
    numbers = count(1)

    def go(
        asked: datetime = DAY, wait: float | None = 5, lasted: float | None = 10, **given: Any
    ) -> RemoteSession:
        began = None if wait is None else asked + timedelta(minutes=wait)
        over = None if began is None or lasted is None else began + timedelta(minutes=lasted)
        usual = {"scope": "view", "provider": "browser", "purpose": "x", "state": states.ENDED}
        usual |= {"reference": f"HAND{next(numbers):04}", "ticket_id": ticket.id}
        usual |= {"requested_at": asked, "started_at": began, "ended_at": over}
        row = RemoteSession(**usual | {"changed_at": asked} | given)
        desk.session.add(row)
        desk.session.flush()
        return row

    return go


@pytest.fixture
def people(desk: Desk) -> Callable[[int, str], list[int]]:
    """Return a function that makes so many agents or customers, and gives their ids."""

    def go(number: int, role: str) -> list[int]:
        addresses = [f"{role}{each}@tresen.example" for each in range(number)]
        made = [factories.make_person(desk, each, each, role=role) for each in addresses]
        return [each.id for each in made]

    return go


@pytest.fixture
def agreed(desk: Desk) -> Callable[..., Consent]:
    """Return a function that writes a yes to a session, a minute before it began."""
    words = ConsentText(language="en", version=1, body="Yes.", created_at=DAY)
    desk.session.add(words)
    desk.session.flush()

    def go(row: RemoteSession, **given: Any) -> Consent:
        assert row.started_at is not None
        usual = {"session_id": row.id, "text_id": words.id, "scope": "view", "channel": "link"}
        usual |= {"name": "Karla Kundin", "given_at": row.started_at - timedelta(minutes=1)}
        made = Consent(**usual | given)
        desk.session.add(made)
        desk.session.flush()
        return made

    return go


def figures(desk: Desk, months: int = 3) -> Figures:
    desk.session.flush()
    desk.session.expire_all()
    return queries.figures(desk, months)


# ------------------------------------------------------------------------------------ medians


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [([7], 7.0), ([1, 30, 4], 4.0), ([2, 5], 3.5), ([40, 1, 6, 9], 7.5), ([3, 3, 90], 3.0)],
)
def test_duration_is_the_median_of_odd_and_even_numbers(
    desk: Desk, held: Held, minutes: list[float], expected: float
) -> None:
    for each in minutes:
        held(lasted=each)
    assert figures(desk).duration == expected


@pytest.mark.parametrize(("waits", "expected"), [([2, 8, 20], 8.0), ([2, 8], 5.0), ([0], 0.0)])
def test_waiting_is_the_median_of_odd_and_even_numbers(
    desk: Desk, held: Held, waits: list[float], expected: float
) -> None:
    for each in waits:
        held(wait=each)
    assert figures(desk).to_begin == expected


def test_session_that_still_runs_has_waited_but_has_no_duration(desk: Desk, held: Held) -> None:
    held(lasted=None, state=states.ACTIVE)
    found = figures(desk)
    assert (found.begun, found.to_begin, found.duration) == (1, 5.0, None)


def test_session_that_never_began_has_no_minutes(desk: Desk, held: Held) -> None:
    held(wait=None, state=states.FAILED, ended_at=DAY)
    found = figures(desk)
    assert (found.begun, found.to_begin, found.duration, found.without_note) == (0, None, None, 0)


def test_pauses_are_taken_off_before_the_median(desk: Desk, held: Held) -> None:
    held(lasted=60, paused_seconds=58 * 60)
    held(lasted=10)
    held(lasted=5)
    assert figures(desk).duration == 5.0


def test_appointments_are_left_out_of_waiting_only(desk: Desk, held: Held) -> None:
    held(wait=3000, lasted=20, planned_from=DAY)
    held(wait=4, lasted=10)
    found = figures(desk)
    assert (found.begun, found.to_begin, found.duration) == (2, 4.0, 15.0)


# ----------------------------------------------------------------------------------- consents


def test_sessions_without_consent_are_counted_from_what_is_there(
    desk: Desk, held: Held, agreed: Callable[..., Consent]
) -> None:
    sound, _bare, _bare_too, _never_ran = held(), held(), held(), held(wait=None)
    agreed(sound)
    found = figures(desk)
    assert (found.begun, found.without_consent) == (3, 2)


def test_consent_to_one_session_is_none_to_another(
    desk: Desk, held: Held, agreed: Callable[..., Consent]
) -> None:
    first, _second = held(), held()
    agreed(first)
    agreed(first, scope="view control")
    assert figures(desk).without_consent == 1


@pytest.mark.parametrize(
    ("given", "withdrawn", "expected"),
    [(0, None, 0), (1, None, 1), (-1, 0, 0), (-60, -1, 1), (-1, 600, 0)],
)
def test_consent_is_in_force_from_given_to_withdrawn(
    desk: Desk,
    held: Held,
    agreed: Callable[..., Consent],
    given: int,
    withdrawn: int | None,
    expected: int,
) -> None:
    row = held()
    assert row.started_at is not None
    ends = None if withdrawn is None else row.started_at + timedelta(seconds=withdrawn)
    agreed(row, given_at=row.started_at + timedelta(seconds=given), withdrawn_at=ends)
    assert figures(desk).without_consent == expected


@pytest.mark.parametrize(("seconds", "expected"), [(-1, 1), (60, 0)])
def test_consent_that_had_lapsed_by_itself_is_none(
    desk: Desk, held: Held, agreed: Callable[..., Consent], seconds: int, expected: int
) -> None:
    row = held()
    assert row.started_at is not None
    agreed(row, until=row.started_at + timedelta(seconds=seconds))
    assert figures(desk).without_consent == expected


def test_earlier_withdrawn_consent_does_not_spoil_a_later_one(
    desk: Desk, held: Held, agreed: Callable[..., Consent]
) -> None:
    row = held()
    assert row.started_at is not None
    before = row.started_at - timedelta(minutes=4)
    agreed(row, given_at=before, withdrawn_at=before + timedelta(minutes=1))
    agreed(row)
    assert figures(desk).without_consent == 0


# ------------------------------------------------------------------------------------- months


def test_three_months_by_hand(desk: Desk, held: Held, customer: Person, ticket: Ticket) -> None:
    january, february = DAY.replace(month=1), DAY.replace(month=2)
    held(january, result=states.SOLVED)
    held(january, wait=None, state=states.DECLINED)
    held(february, wait=None, state=states.EXPIRED)
    held(february, wait=None, state=states.DECLINED)
    held(february, wait=None, state=states.CANCELLED)
    held(lasted=None, state=states.ACTIVE)
    other = factories.make_ticket(desk, customer)
    for each, moment in ((ticket, january), (other, DAY)):
        factories.change_ticket(desk, each, state="solved")
        each.solved_at = moment
    found = figures(desk)
    assert found.months == (
        Month(date(2026, 1, 1), 1, 1, 1, 1),
        Month(date(2026, 2, 1), 0, 0, 0, 2),
        Month(date(2026, 3, 1), 1, 0, 1, 0),
    )
    whole = (found.solved, found.solved_remotely, found.decided, found.declined, found.expired)
    assert whole == (2, 1, 5, 2, 1)


@pytest.mark.parametrize(
    ("moment", "begun"),
    [
        ("2025-12-31T22:59:59+00:00", (0, 0, 0)),
        ("2025-12-31T23:00:00+00:00", (1, 0, 0)),
        ("2026-01-31T22:59:59+00:00", (1, 0, 0)),
        ("2026-01-31T23:00:00+00:00", (0, 1, 0)),
        ("2026-02-28T23:00:00+00:00", (0, 0, 1)),
    ],
)
def test_month_begins_at_the_operators_midnight(
    desk: Desk, held: Held, moment: str, begun: tuple[int, ...]
) -> None:
    held(datetime.fromisoformat(moment))
    assert tuple(each.begun for each in figures(desk).months) == begun


@pytest.mark.parametrize(
    ("moment", "begun"),
    [("2026-03-31T21:59:59+00:00", (1, 0)), ("2026-03-31T22:00:00+00:00", (0, 1))],
)
def test_month_after_the_change_of_clocks_begins_an_hour_earlier(
    desk: Desk, held: Held, clock: Any, moment: str, begun: tuple[int, ...]
) -> None:
    clock.moment = datetime(2026, 4, 15, 9, tzinfo=UTC)
    held(datetime.fromisoformat(moment))
    assert tuple(each.begun for each in figures(desk, 2).months) == begun


@pytest.mark.parametrize(("months", "first"), [(1, "2026-03-01"), (24, "2024-04-01")])
def test_present_month_is_the_last_of_them(desk: Desk, months: int, first: str) -> None:
    found = [str(each.on) for each in figures(desk, months).months]
    assert (len(found), found[0], found[-1]) == (months, first, "2026-03-01")


def test_ticket_with_two_sessions_is_solved_once(desk: Desk, held: Held, ticket: Ticket) -> None:
    held(result=states.SOLVED)
    held(result=states.SOLVED)
    factories.change_ticket(desk, ticket, state="solved")
    found = figures(desk)
    assert (found.solved, found.solved_remotely, found.begun) == (1, 1, 2)


# ---------------------------------------------------------------------------------- statements


def test_figures_take_three_statements_for_any_number(core: Core, desk: Desk, held: Held) -> None:
    counts = []
    for months in (3, 24):
        held()
        with recorded(core.engine) as statements:
            queries.figures(desk, months)
        counts.append(len(statements))
    assert counts == [STATEMENTS, STATEMENTS]


def test_page_without_sessions_shows_dashes(sign_in: SignIn, agent: Person) -> None:
    page = sign_in(agent).get(PAGE).text
    assert page.count('data-label="Value">\N{EN DASH}</td>') == 5


def test_page_shows_parts_of_a_hundred(
    sign_in: SignIn, desk: Desk, agent: Person, held: Held, people: People
) -> None:
    *most, last, one_more = people(6, "customer")
    for each in (*most, last):
        held(person_id=each)
    held(wait=None, state=states.DECLINED, person_id=one_more)
    desk.commit()
    page = sign_in(agent).get(PAGE).text
    told = "16.7&nbsp;%" in page, "1 of 6." in page, "of all that began (5)" in page
    assert told == (True, True, True)


@pytest.mark.parametrize("agents", [1, 4, 5])
def test_minutes_of_few_agents_are_not_shown(
    sign_in: SignIn,
    desk: Desk,
    agent: Person,
    held: Held,
    people: People,
    agents: int,
) -> None:
    is_hidden = agents < 5
    for each in people(agents, "agent"):
        held(lasted=37, agent_id=each)
    desk.commit()
    page = sign_in(agent).get(PAGE).text
    cell = page.split("Minutes of a session")[1].split("</tr>")[0]
    told = ("37" in cell, "fewer than 5 people" in cell, figures(desk).hides_agents)
    assert told == (not is_hidden, is_hidden, is_hidden)


@pytest.mark.parametrize("customers", [1, 4, 5])
def test_shares_of_few_customers_are_not_shown(
    sign_in: SignIn,
    desk: Desk,
    agent: Person,
    held: Held,
    people: People,
    customers: int,
) -> None:
    is_hidden = customers < 5
    for each in people(customers, "customer"):
        held(wait=None, state=states.DECLINED, person_id=each)
    desk.commit()
    page = sign_in(agent).get(PAGE).text
    cells = [page.split(f"<strong>{each}")[1].split("</tr>")[0] for each in ("Declined", "Expired")]
    told = [("%" in each, "fewer than 5 people" in each) for each in cells]
    assert told == [(not is_hidden, is_hidden)] * 2


def test_session_of_nobody_makes_no_group_larger(desk: Desk, held: Held, people: People) -> None:
    for each in (*people(4, "agent"), None):
        held(agent_id=each, person_id=None)
    found = figures(desk)
    assert (found.agents, found.customers, found.hides_agents) == (4, 0, True)


def test_what_must_be_nought_is_shown_of_one_person_too(
    sign_in: SignIn, desk: Desk, agent: Person, held: Held
) -> None:
    held(agent_id=agent.id)
    desk.commit()
    cell = sign_in(agent).get(PAGE).text.split("Sessions without consent")[1].split("</tr>")[0]
    assert ("badge" in cell, "of all that began (1)" in cell) == (True, True)


def test_page_is_german_with_a_decimal_comma(
    sign_in: SignIn, desk: Desk, agent: Person, held: Held, people: People
) -> None:
    agent.language = "de"
    for at, each in enumerate(people(6, "agent")):
        held(lasted=7 if at % 2 else 8, agent_id=each)
    desk.commit()
    page = sign_in(agent).get(PAGE).text
    told = ">7,5<" in page, "Aus der Ferne gelöst" in page, "Sitzungen ohne Einwilligung" in page
    assert told == (True, True, True)
