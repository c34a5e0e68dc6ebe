# SPDX-License-Identifier: AGPL-3.0-or-later
"""Until when something has to be public is reckoned by the days of the agreement alone."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen_licensing.developments import clocks, states
from tresen_licensing.developments.clocks import Clock, Facts, Terms, clock, due, is_stale

DAY = date(2026, 3, 10)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
MAYBE = st.none() | DAYS
TERMS = st.builds(
    lambda deadline, more: Terms(deadline, deadline + more), st.integers(1, 60), st.integers(0, 60)
)
FACTS = st.builds(Facts, st.sampled_from([*states.TITLES]), TERMS, MAYBE, MAYBE, MAYBE)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(FACTS, DAYS)
def test_no_embargo_reaches_beyond_the_agreement(facts: Facts, today: date) -> None:
    found = clock(facts, today).due_on
    if found is not None and facts.started_on is not None:
        assert found <= facts.started_on + timedelta(days=facts.terms.embargo_days)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(FACTS, DAYS)
def test_what_runs_outside_is_public_exempt_or_on_a_clock(facts: Facts, today: date) -> None:
    standing = clock(facts, today).standing
    assert (standing == clocks.NOT_RUNNING) is (
        facts.started_on is None and facts.state not in states.PUBLIC
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(FACTS, DAYS)
def test_no_waiver_frees_after_its_last_day(facts: Facts, today: date) -> None:
    is_free = clock(facts, today).standing == clocks.EXEMPT
    assert not is_free or (facts.exempt_until is not None and today <= facts.exempt_until)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(FACTS, DAYS)
def test_overdue_is_exactly_after_the_day(facts: Facts, today: date) -> None:
    found = clock(facts, today)
    left = found.days_left(today)
    assert (found.standing == clocks.OVERDUE) is (left is not None and left < 0)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(TERMS, DAYS, MAYBE)
def test_embargo_never_shortens_the_time(terms: Terms, started: date, until: date | None) -> None:
    assert due(started, terms, until) >= due(started, terms, None)


@pytest.mark.parametrize(
    ("days", "standing"), [(0, clocks.RUNNING), (30, clocks.RUNNING), (31, clocks.OVERDUE)]
)
def test_time_is_counted_from_the_first_deployment_outside(days: int, standing: str) -> None:
    facts = Facts(states.IN_DEVELOPMENT, Terms(), DAY)
    until = DAY + timedelta(days=30)
    assert clock(facts, DAY + timedelta(days=days)) == Clock(standing, DAY, until)


@pytest.mark.parametrize(
    ("embargo", "days", "standing"),
    [(40, 40, clocks.EMBARGOED), (40, 41, clocks.OVERDUE), (200, 91, clocks.OVERDUE)],
)
def test_embargo_puts_it_off_up_to_its_limit(embargo: int, days: int, standing: str) -> None:
    until = DAY + timedelta(days=embargo)
    facts = Facts(states.CLEARANCE, Terms(), DAY, until)
    assert clock(facts, DAY + timedelta(days=days)).standing == standing


@pytest.mark.parametrize("state", states.PUBLIC)
def test_what_is_public_owes_nothing(state: str) -> None:
    facts = Facts(state, Terms(), DAY)
    assert clock(facts, DAY + timedelta(days=99)) == Clock(clocks.MET, DAY)


@pytest.mark.parametrize(("days", "standing"), [(50, clocks.EXEMPT), (51, clocks.OVERDUE)])
def test_lapsed_waiver_lets_the_clock_run_again(days: int, standing: str) -> None:
    facts = Facts(states.EXEMPT, Terms(), DAY, exempt_until=DAY + timedelta(days=50))
    assert clock(facts, DAY + timedelta(days=days)).standing == standing


@pytest.mark.parametrize(
    ("state", "days", "expected"),
    [
        (states.PROPOSED, 60, False),
        (states.PROPOSED, 61, True),
        (states.CHANGES_REQUESTED, 61, True),
        (states.PUBLISHED, 999, False),
    ],
)
def test_silence_of_upstream_becomes_stale(state: str, days: int, expected: bool) -> None:
    assert is_stale(state, DAY, DAY + timedelta(days=days)) is expected
