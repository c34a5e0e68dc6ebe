# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is owed once a development is deployed: days, figures, drift and adoption."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tresen.sdk import Desk, Installation, Person, Product, ProductVersion, Refused
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service.developments import people, queries, service, states
from tresen_pilot_service.developments.models import Development
from tresen_pilot_service.developments.queries import Figures

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
TODAY = date(2026, 3, 10)
# The database is the same for all examples, each of which begins a development of its own.
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@SLOW
@given(taken=st.lists(st.sampled_from([0, 0, 0, 0, 1, 2]), min_size=4, max_size=12))
def test_what_is_deployed_is_given_back_exempt_or_due(
    desk: Desk, customer: Person, development_values: Values, step_values: Values, taken: list[int]
) -> None:
    row = service.begin(desk, development_values())
    people.add(desk, row, customer.id, states.CONTACT)
    for choice in taken:
        following = states.STEPS[row.state]
        service.move(desk, row, following[choice % len(following)], step_values())
    ways = [bool(row.public_url), bool(row.exempt_reason), row.id in queries.until(desk, [row])]
    assert ways.count(True) == (1 if row.deployed_on is not None else 0)


@given(DAYS, st.integers(0, 3650), DAYS)
def test_overdue_begins_the_day_after_the_last(deployed: date, days: int, today: date) -> None:
    until = states.giveback_until(states.DEPLOYED, deployed, days)
    expected = "overdue" if (today - deployed).days > days else "due"
    assert states.standing(until, today) == expected


@pytest.mark.parametrize("state", [state for state in states.TITLES if state != "deployed"])
def test_nothing_is_owed_in_any_other_state(state: str) -> None:
    assert states.standing(states.giveback_until(state, TODAY, 30), TODAY) == ""


def test_figures_of_nothing_are_nothing(desk: Desk) -> None:
    assert queries.figures(desk) == Figures(0, 0, 0, 0, None)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (states.ACCEPTED, Figures(0, 0, 0, 0, None)),
        (states.DEPLOYED, Figures(1, 0, 0, 0, None)),
        (states.EXEMPT, Figures(0, 0, 0, 0, None)),
        (states.GIVEN_BACK, Figures(1, 1, 0, 0, 0)),
    ],
)
def test_figures_count_what_was_deployed_and_is_not_exempt(
    desk: Desk, walk: Walk, state: str, expected: Figures
) -> None:
    walk(state)
    assert queries.figures(desk) == expected


@pytest.mark.parametrize(("days", "overdue"), [(30, 0), (31, 1)])
def test_figures_count_the_overdue(
    desk: Desk, walk: Walk, clock: SteppedClock, days: int, overdue: int
) -> None:
    walk(states.DEPLOYED)
    clock.go(days=days)
    assert queries.figures(desk) == Figures(1, 0, overdue, 0, None)


def test_figures_tell_the_median_days_until_the_return(
    desk: Desk,
    walk: Walk,
    development_values: Values,
    installation: Installation,
) -> None:
    for waited in (4, 10, 20):
        row = service.begin(desk, development_values())
        row.state, row.deployed_on = states.GIVEN_BACK, TODAY - timedelta(days=waited)
        row.given_back_on = TODAY
    desk.session.flush()
    assert queries.figures(desk).median_days == 10


def test_development_is_adopted_once_every_installation_took_it_back(
    desk: Desk, walk: Walk, product: Product, customer: Person
) -> None:
    row = walk(states.DEPLOYED)
    second = factories.make_installation(desk, customer.organisation_id or 0, product)
    service.deploy_too(desk, row, second.id, TODAY)
    values = {"day": TODAY, "note": "", "public_url": "https://forge.example/7"}
    service.move(desk, row, states.GIVEN_BACK, values | {"is_declined_upstream": False})
    counts = [queries.figures(desk).adopted]
    for place in queries.places_of(desk, row.id):
        service.adopt(desk, row, place, TODAY)
        counts.append(queries.figures(desk).adopted)
    assert counts == [0, 0, 1]


def test_nothing_is_adopted_before_the_return(desk: Desk, walk: Walk) -> None:
    row = walk(states.DEPLOYED)
    (place,) = queries.places_of(desk, row.id)
    with pytest.raises(Refused, match="There is no public version yet"):
        service.adopt(desk, row, place, TODAY)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 3, 9), "It cannot be taken back before it was deployed"),
        (date(2026, 3, 11), "This day is still to come"),
    ],
)
def test_day_of_adoption_can_be(desk: Desk, walk: Walk, day: date, sentence: str) -> None:
    row = walk(states.GIVEN_BACK)
    (place,) = queries.places_of(desk, row.id)
    with pytest.raises(Refused, match=sentence):
        service.adopt(desk, row, place, day)


def test_adoption_is_taken_back_by_no_day(desk: Desk, walk: Walk) -> None:
    row = walk(states.GIVEN_BACK)
    (place,) = queries.places_of(desk, row.id)
    service.adopt(desk, row, place, TODAY)
    service.adopt(desk, row, place, None)
    assert place.adopted_on is None


def test_product_releases_only_what_was_given_back(
    desk: Desk, walk: Walk, version: ProductVersion
) -> None:
    row = walk(states.DEPLOYED)
    with pytest.raises(Refused, match="Only what was given back"):
        service.release(desk, row, version.id)


def test_release_is_of_the_same_product(desk: Desk, walk: Walk) -> None:
    other = factories.make_product(desk, "b", "B")
    foreign = ProductVersion(product_id=other.id, number="1.0")
    desk.session.add(foreign)
    desk.session.flush()
    row = walk(states.GIVEN_BACK)
    with pytest.raises(Refused, match="This version belongs to another product"):
        service.release(desk, row, foreign.id)


def test_earlier_deployment_elsewhere_moves_the_clock(
    desk: Desk, walk: Walk, product: Product, customer: Person, clock: SteppedClock
) -> None:
    row = walk(states.ACCEPTED)
    clock.go(days=5)
    first = queries.installations(desk, row)[0]
    values = {"day": date(2026, 3, 15), "note": "", "installation_id": first.id}
    service.move(desk, row, states.DEPLOYED, values)
    second = factories.make_installation(desk, customer.organisation_id or 0, product)
    service.deploy_too(desk, row, second.id, date(2026, 3, 12))
    assert (row.deployed_on, queries.until(desk, [row])) == (
        date(2026, 3, 12),
        {row.id: date(2026, 4, 11)},
    )


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (date(2026, 3, 9), "It cannot be deployed before it was accepted"),
        (date(2026, 3, 11), "This day is still to come"),
    ],
)
def test_further_deployment_is_on_a_day_that_can_be(
    desk: Desk, walk: Walk, product: Product, customer: Person, day: date, sentence: str
) -> None:
    row = walk(states.DEPLOYED)
    second = factories.make_installation(desk, customer.organisation_id or 0, product)
    with pytest.raises(Refused, match=sentence):
        service.deploy_too(desk, row, second.id, day)


def test_further_deployment_follows_the_first(
    desk: Desk, walk: Walk, installation: Installation
) -> None:
    row = walk(states.ACCEPTED)
    with pytest.raises(Refused, match="Record the first deployment as a step"):
        service.deploy_too(desk, row, installation.id, TODAY)


def released(desk: Desk, product: Product, *days: date | None) -> None:
    """Let versions of the product come out on these days."""
    for number, day in enumerate(days):
        row = ProductVersion(product_id=product.id, number=f"6.{number}", released_on=day)
        desk.session.add(row)
    desk.session.flush()


def test_drift_counts_versions_since_the_base(desk: Desk, walk: Walk, product: Product) -> None:
    row = walk(states.DEPLOYED)
    later = (date(2026, 3, 2), TODAY)
    released(desk, product, date(2026, 2, 1), date(2026, 3, 1), *later, date(2026, 3, 11), None)
    assert queries.drift(desk, [row]) == {row.id: len(later)}


@pytest.mark.parametrize("state", [states.ACCEPTED, states.ABANDONED])
def test_what_does_not_run_does_not_drift(
    desk: Desk, walk: Walk, product: Product, state: str
) -> None:
    row = walk(state)
    released(desk, product, TODAY)
    assert queries.drift(desk, [row]) == {}


def test_drift_ends_with_the_adoption(desk: Desk, walk: Walk, product: Product) -> None:
    row = walk(states.GIVEN_BACK)
    released(desk, product, TODAY)
    before = queries.drift(desk, [row])
    (place,) = queries.places_of(desk, row.id)
    service.adopt(desk, row, place, TODAY)
    assert (before, queries.drift(desk, [row])) == ({row.id: 1}, {})


def test_base_without_a_day_tells_no_drift(
    desk: Desk, walk: Walk, product: Product, version: ProductVersion
) -> None:
    version.released_on = None
    row = walk(states.DEPLOYED)
    released(desk, product, TODAY)
    assert queries.drift(desk, [row]) == {}
