# SPDX-License-Identifier: AGPL-3.0-or-later
"""A year's report says what began to run outside in it, and what became of that."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen.sdk import Desk, Person, ProductVersion
from tresen.testing.fixtures import SteppedClock
from tresen.testing.statements import recorded
from tresen_licensing import hooks
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.developments import clocks, service, states
from tresen_licensing.developments.clocks import Clock
from tresen_licensing.developments.models import Development
from tresen_licensing.reports import queries
from tresen_licensing.reports.figures import Figures, Line, lines, sum_up
from tresen_licensing.waivers import reasons
from tresen_licensing.waivers import service as waivers

Begin = Callable[..., Development]
Running = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]
YEAR = 2026


def told(desk: Desk, year: int = YEAR, organisation_id: int | None = None) -> list[Line]:
    """Return the lines of a report."""
    return lines(desk, year, organisation_id)


def test_report_of_nothing_is_nothing(desk: Desk) -> None:
    assert sum_up(told(desk)) == Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, None)


def test_line_says_when_it_was_public(
    agent_desk: Desk, running: Running, clock: SteppedClock
) -> None:
    row = running(date(2026, 3, 1), states.CLEARANCE)
    clock.go(days=5)
    service.take(agent_desk, row, states.READY)
    service.take(agent_desk, row, states.PUBLISHED)
    (line,) = told(agent_desk)
    days = line.began_on, line.due_on, line.published_on, line.days, line.is_in_time
    assert days == (date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 15), 14, True)


def test_figures_are_sums_of_the_lines(
    agent_desk: Desk, boss_desk: Desk, running: Running, agreement: Agreement
) -> None:
    running(date(2026, 3, 1), states.PROPOSED)
    running(date(2026, 3, 9), states.PUBLISHED)
    running(date(2026, 1, 5))
    free = running(date(2026, 1, 5))
    asked = waivers.ask(agent_desk, free, reasons.SECRET, "Only settings.", date(2026, 12, 1))
    waivers.grant(boss_desk, free, asked)
    found = sum_up(told(agent_desk))
    assert found == Figures(3, 1, 2, 2, 1, 0, 0, 1, 0, 5.0)


@pytest.mark.parametrize(
    ("since", "years"), [(date(2025, 12, 31), {2025}), (date(2026, 1, 1), {2026})]
)
def test_year_is_that_of_the_first_day(
    agent_desk: Desk, running: Running, since: date, years: set[int]
) -> None:
    running(since)
    assert {year for year in (2024, 2025, 2026) if told(agent_desk, year)} == years


def test_word_of_another_plugin_counts_like_a_place(
    desk: Desk, product: Any, home: int, agreement: Agreement
) -> None:
    facts = {"id": 7, "title": "Bridge", "kind": "fix", "description": "", "tickets": []}
    ids = {"organisation_id": home, "product_id": product.id, "base_version_id": None}
    rest = {"owner_id": None, "deployed_on": date(2026, 2, 3)}
    hooks.pilot_service_deployed(desk, facts | ids | rest)
    assert [(each.row.title, each.began_on) for each in told(desk)] == [
        ("Bridge", date(2026, 2, 3))
    ]


def test_what_never_ran_outside_is_in_no_report(
    agent_desk: Desk, development: Development, deploy: Any
) -> None:
    deploy(is_outside=False)
    assert [told(agent_desk, year) for year in (2025, 2026)] == [[], []]


def test_report_of_one_customer_is_theirs_alone(
    agent_desk: Desk, running: Running, home: int
) -> None:
    row = running(date(2026, 3, 1))
    found = [[each.row.id for each in told(agent_desk, YEAR, each)] for each in (home, home + 1)]
    assert found == [[row.id], []]


def test_drift_is_patches_times_versions_since_the_base(
    agent_desk: Desk, running: Running, version: ProductVersion
) -> None:
    given = {"product_id": version.product_id, "base_version_id": version.id}
    running(date(2026, 3, 1), **given)
    for number, day in (("4.2", 1), ("4.3", 9), ("5.0", 99)):
        later = date(2026, 3, 1) + timedelta(days=day)
        agent_desk.session.add(
            ProductVersion(product_id=version.product_id, number=number, released_on=later)
        )
    agent_desk.session.flush()
    (line,) = told(agent_desk)
    assert line.drift == 2 * 2


def test_nothing_drifts_once_it_is_in_use_from_upstream(
    agent_desk: Desk, running: Running, version: ProductVersion
) -> None:
    row = running(date(2026, 3, 1), product_id=version.product_id, base_version_id=version.id)
    later = ProductVersion(product_id=version.product_id, number="5", released_on=date(2026, 3, 2))
    agent_desk.session.add(later)
    before = [each.drift for each in told(agent_desk)]
    row.state = states.ADOPTED
    agent_desk.session.flush()
    assert (before, [each.drift for each in told(agent_desk)]) == ([2], [0])


def test_what_was_taken_back_is_not_published(agent_desk: Desk, running: Running) -> None:
    row = running(date(2026, 3, 1), states.READY)
    service.take(agent_desk, row, states.CLEARANCE, "A name was in it.")
    (line,) = told(agent_desk)
    assert (line.published_on, line.days, line.is_in_time) == (None, None, False)


LINES = st.builds(
    Line,
    row=st.builds(Development, state=st.sampled_from([*states.TITLES])),
    began_on=st.just(date(2026, 1, 1)),
    due_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    published_on=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    clock=st.builds(Clock, st.sampled_from([*clocks.TITLES])),
    reached=st.frozensets(st.sampled_from([*states.TITLES])),
    drift=st.integers(0, 50),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=20))
def test_no_share_is_more_than_the_whole(found: list[Line]) -> None:
    sums = sum_up(found)
    parts = sums.published, sums.in_time, sums.proposed, sums.merged, sums.released, sums.overdue
    is_whole = sums.owed + sums.exempt == len(found) and sums.in_time <= sums.published
    assert (is_whole, [each for each in parts if each > sums.owed]) == (True, [])


def test_years_go_back_to_the_first(agent_desk: Desk, running: Running) -> None:
    before = queries.years(agent_desk)
    running(date(2024, 5, 1))
    assert (before, queries.years(agent_desk)) == ([2026], [2026, 2025, 2024])


def test_statements_do_not_grow_with_the_developments(agent_desk: Desk, running: Running) -> None:
    counts = []
    for number in (1, 5):
        for _ in range(number):
            running(date(2026, 3, 1))
        with recorded(agent_desk.core.engine) as found:
            told(agent_desk)
        counts.append(len(found))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query", ["", "?year=2026", "?year=x&customer=y", "?year=99999&customer=" + "9" * 30]
)
def test_page_shows_the_report(
    agent_desk: Desk, running: Running, agent: Person, sign_in: SignIn, query: str
) -> None:
    row = running(date(2026, 3, 1), states.PUBLISHED)
    page = sign_in(agent).get(f"/licensing/report{query}").get_data(as_text=True)
    told_of = page.count(row.reference), "1 of 1" in page, "100&nbsp;%" in page
    assert told_of == (2, True, True)


def test_page_of_a_year_without_any_says_so(agent: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get("/licensing/report?year=2020").get_data(as_text=True)
    assert (page.count("Nothing began to run outside"), "CSV" in page) == (1, False)


def test_table_is_taken_along_without_a_formula(
    agent_desk: Desk, running: Running, agent: Person, sign_in: SignIn
) -> None:
    row = running(date(2026, 3, 1), states.PUBLISHED, title="=1+1")
    found = sign_in(agent).get("/licensing/report/2026.csv")
    head, line = found.get_data(as_text=True).lstrip("\ufeff").splitlines()
    cells = [row.reference, "'=1+1", "Kunde GmbH", "Published", "2026-03-01", "2026-03-31"]
    named = found.headers["Content-Disposition"]
    assert (head.count(","), line.split(","), named) == (
        8,
        [*cells, "2026-03-10", "9", "0"],
        'attachment; filename="report-2026.csv"',
    )
