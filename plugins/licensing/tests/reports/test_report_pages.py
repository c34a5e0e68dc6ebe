# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report's page and table say the same of a year, in both languages, whatever is asked."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, ProductVersion
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_licensing.changes import service as changes
from tresen_licensing.deployments import service as deployments
from tresen_licensing.developments import clocks, service, states
from tresen_licensing.developments.clocks import Clock
from tresen_licensing.developments.models import Development
from tresen_licensing.reports import queries
from tresen_licensing.reports.figures import Line, lines, sum_up

Run = Callable[..., Development]
SignIn = Callable[[Person], FlaskClient]
PAGE = "/licensing/report"
BEGAN = date(2026, 3, 1)


@pytest.fixture
def run(agent_desk: Desk, begin: Any, series: bytes, home: int) -> Run:
    """Return a function that begins a development which runs at the customer since a day."""

    def go(since: date = BEGAN, **given: Any) -> Development:
        row: Development = begin(**given)
        change = changes.add(agent_desk, row, [series], "")
        deployments.deploy(agent_desk, row, change, deployments.Place(home, None, since))
        agent_desk.commit()
        return row

    return go


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    """Return the agent's browser."""
    return sign_in(agent)


def table(browser: FlaskClient, year: int = 2026, query: str = "") -> list[list[str]]:
    """Return the rows of the table to take along."""
    text = browser.get(f"{PAGE}/{year}.csv{query}").get_data(as_text=True)
    return [*csv.reader(text.removeprefix("\ufeff").splitlines())]


def line(state: str = states.DRAFT, **given: Any) -> Line:
    """Return a line of a report, of which only what is given matters."""
    usual: dict[str, Any] = {
        "began_on": BEGAN,
        "due_on": BEGAN + timedelta(days=30),
        "published_on": None,
        "clock": Clock(clocks.RUNNING),
        "reached": frozenset(),
        "drift": 0,
    }
    return Line(row=Development(state=state), **(usual | given))


@pytest.mark.parametrize(
    "year", ["020261", "99999", "1969", "2027", "-2026", "2026.0", "²026", "9" * 5000, ""]
)
def test_year_that_cannot_be_meant_is_this_one(browser: FlaskClient, year: str) -> None:
    found = browser.get(PAGE, query_string={"year": year})
    assert (found.status_code, found.text.count("Report on giving back 2026")) == (200, 1)


def test_year_is_chosen_among_those_there_are(browser: FlaskClient, run: Run) -> None:
    run(date(2024, 12, 31))
    shown = browser.get(f"{PAGE}?year=2025").text
    options = [f'<option value="{year}"' for year in (2023, 2024, 2025, 2026, 2027)]
    chosen = shown.count('<option value="2025" selected>')
    assert ([shown.count(each) for each in options], chosen) == ([0, 1, 1, 1, 0], 1)


def test_link_to_the_table_keeps_year_and_customer(
    browser: FlaskClient, run: Run, home: int
) -> None:
    run()
    shown = browser.get(f"{PAGE}?customer={home}").text
    assert shown.count(f'href="{PAGE}/2026.csv?customer={home}"') == 1


def test_table_is_narrowed_to_a_customer(browser: FlaskClient, run: Run, home: int) -> None:
    row = run()
    found = [table(browser, 2026, f"?customer={each}")[1:] for each in (home, home + 1)]
    assert [[each[0] for each in rows] for rows in found] == [[row.reference], []]


def test_what_is_not_public_has_empty_cells(browser: FlaskClient, run: Run) -> None:
    row = run()
    about = [row.reference, "A fourth berth", "Kunde GmbH", "Draft"]
    assert table(browser)[1:] == [[*about, "2026-03-01", "2026-03-31", "", "", "0"]]


def test_year_without_any_is_a_head_alone(browser: FlaskClient, run: Run) -> None:
    run()
    assert [len(table(browser, year)) for year in (2025, 2026, 9999)] == [1, 2, 1]


@pytest.mark.parametrize("year", ["1969", "10000", "x", "2026.0"])
def test_table_of_no_year_is_not_found(browser: FlaskClient, year: str) -> None:
    assert browser.get(f"{PAGE}/{year}.csv").status_code == 404


def test_table_and_page_speak_german(browser: FlaskClient, run: Run) -> None:
    run()
    browser.set_cookie("language", "de")
    head, row = table(browser)
    shown = browser.get(PAGE).text
    assert head == [
        *("Entwicklung", "Titel", "Kunde", "Status", "Läuft außer Haus seit"),
        *("Öffentlich bis", "Veröffentlicht am", "Tage", "Rückstand"),
    ]
    assert (row[3], shown.count("Bericht zur Rückführung 2026")) == ("Entwurf", 1)


def test_overdue_ones_are_marked_and_counted(
    agent: Person, sign_in: SignIn, run: Run, clock: SteppedClock
) -> None:
    run()
    clock.go(days=60)
    shown = sign_in(agent).get(PAGE).text
    assert (shown.count("Overdue<"), shown.count("0 of 1.")) == (2, 2)


def test_title_is_shown_as_it_is(browser: FlaskClient, run: Run) -> None:
    run(title="<b>Berth</b>")
    shown = browser.get(PAGE).text
    assert (shown.count("<b>Berth"), shown.count("&lt;b&gt;Berth&lt;/b&gt;")) == (0, 1)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/2026.csv"])
def test_report_is_not_for_customers(customer: Person, sign_in: SignIn, path: str) -> None:
    assert sign_in(customer).get(path).status_code == 403


def test_lines_stand_in_the_order_of_their_days(agent_desk: Desk, run: Run) -> None:
    rows = [run(BEGAN + timedelta(days=days)) for days in (5, 0, 5, 2)]
    found = [each.row.id for each in lines(agent_desk, 2026, None)]
    assert found == [rows[place].id for place in (1, 3, 0, 2)]


def test_embargo_puts_the_day_off_in_the_report(agent_desk: Desk, run: Run) -> None:
    row = run()
    row.embargoed_until = date(2026, 5, 1)
    agent_desk.session.flush()
    assert [each.due_on for each in lines(agent_desk, 2026, None)] == [date(2026, 5, 1)]


def test_first_step_to_a_state_counts(agent_desk: Desk, run: Run, clock: SteppedClock) -> None:
    row = run()
    for state, note in ((states.IN_DEVELOPMENT, ""), (states.CLEARANCE, "")):
        service.take(agent_desk, row, state, note)
    clock.go(days=3)
    service.take(agent_desk, row, states.IN_DEVELOPMENT, "Not yet.")
    service.take(agent_desk, row, states.CLEARANCE)
    assert queries.steps(agent_desk, [row.id])[row.id] == {
        states.IN_DEVELOPMENT: date(2026, 3, 10),
        states.CLEARANCE: date(2026, 3, 10),
    }


def test_step_of_a_late_hour_counts_on_the_operators_day(
    agent_desk: Desk, run: Run, clock: SteppedClock
) -> None:
    row = run()
    clock.moment = clock.moment.replace(hour=23, minute=30)
    service.take(agent_desk, row, states.WITHDRAWN, "No use.")
    found = queries.steps(agent_desk, [row.id])[row.id]
    assert found == {states.WITHDRAWN: date(2026, 3, 11)}


def test_patches_of_the_version_that_counts_are_counted(
    agent_desk: Desk, run: Run, repo: Any
) -> None:
    row = run()
    repo.commit({"src/pier.py": b"PIERS = 1\n"}, "Build a pier")
    before = queries.patches(agent_desk, [row.id])
    changes.add(agent_desk, row, [repo.series(repo.text("rev-parse", "HEAD~3"))], "")
    assert (before, queries.patches(agent_desk, [row.id])) == ({row.id: 2}, {row.id: 3})


def test_base_without_a_day_is_behind_nothing(
    agent_desk: Desk, run: Run, version: ProductVersion
) -> None:
    row = run(product_id=version.product_id, base_version_id=version.id)
    later = ProductVersion(product_id=version.product_id, number="5", released_on=BEGAN)
    agent_desk.session.add(later)
    agent_desk.session.flush()
    before = queries.behind(agent_desk, [row])
    version.released_on = None
    agent_desk.session.add(version)
    agent_desk.session.flush()
    assert (before, queries.behind(agent_desk, [row])) == ({row.id: 1}, {})


def test_versions_of_other_products_are_not_counted(
    agent_desk: Desk, run: Run, version: ProductVersion
) -> None:
    row = run(product_id=version.product_id, base_version_id=version.id)
    other = factories.make_product(agent_desk, "other", "Other")
    agent_desk.session.add(ProductVersion(product_id=other.id, number="9", released_on=BEGAN))
    agent_desk.session.flush()
    assert queries.behind(agent_desk, [row]) == {}


@pytest.mark.parametrize(
    ("days", "is_in_time"), [(None, False), (0, True), (30, True), (31, False)]
)
def test_last_day_is_still_in_time(days: int | None, is_in_time: bool) -> None:
    on = None if days is None else BEGAN + timedelta(days=days)
    made = line(states.PUBLISHED, published_on=on)
    assert (made.days, made.is_in_time) == (days, is_in_time)


@pytest.mark.parametrize(
    ("days", "expected"), [([], None), ([4], 4), ([9, 1], 5), ([30, 1, 2], 2), ([0, 0], 0)]
)
def test_half_of_them_took_no_longer(days: list[int], expected: float | None) -> None:
    rows = [line(states.PUBLISHED, published_on=BEGAN + timedelta(days=each)) for each in days]
    assert sum_up([*rows, line()]).median_days == expected


def test_exempt_ones_are_in_no_share() -> None:
    reached = frozenset({states.PROPOSED, states.MERGED, states.RELEASED})
    freed = line(clock=Clock(clocks.EXEMPT), reached=reached, drift=3)
    state = line(states.EXEMPT, published_on=BEGAN, reached=reached, drift=4)
    sums = sum_up([freed, state])
    shares = sums.owed, sums.published, sums.proposed, sums.merged, sums.released, sums.median_days
    assert (shares, sums.exempt, sums.drift) == ((0, 0, 0, 0, 0, None), 2, 7)


def test_way_upstream_is_counted_by_how_far_it_came() -> None:
    ways = [{states.PROPOSED}, {states.PROPOSED, states.MERGED}, {states.RELEASED}, set()]
    sums = sum_up([line(reached=frozenset(each)) for each in ways])
    assert (sums.owed, sums.proposed, sums.merged, sums.released) == (4, 2, 1, 1)
