# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's builds and tasks stand where they would stand in real use."""

import pytest
from tresen.sdk import Desk, Organisation, Person, Product
from tresen.testing import factories
from tresen_pilot_service import demo
from tresen_pilot_service.builds import queries
from tresen_pilot_service.models import Programme
from tresen_pilot_service.tasks import queries as tasks


@pytest.fixture
def filled(desk: Desk, product: Product, contact: Person, deputy: Person) -> Programme:
    """Return the demo's programme, with three customers of whom the first stands in ring 0."""
    for name in ("Alder", "Birch", "Cedar"):
        organisation = Organisation(name=name, created_at=desk.now(), changed_at=desk.now())
        desk.session.add(organisation)
        desk.session.flush()
        address = f"office@{name.lower()}.example"
        factories.make_customer(desk, f"{name} Office", address, organisation)
        factories.make_installation(desk, organisation.id, product)
    made = demo.fill(desk, {"products": [product]})
    assert made is not None
    return made


def test_second_build_is_in_the_first_ring_only(desk: Desk, filled: Programme) -> None:
    found = queries.current_builds(desk, filled.id)
    numbers = {ring: build.number for ring, build in found.items()}
    assert numbers == {0: "1.0+pilot.2", 1: "1.0+pilot.1"}
    assert len(queries.builds(desk, filled.id)) == 2


def test_builds_went_out_while_the_programme_ran(desk: Desk, filled: Programme) -> None:
    today = desk.today()
    days = [each.rolled_out_on for each in queries.rollouts(desk, filled.id)]
    assert [filled.starts_on < day <= today for day in days] == [True] * 3


def test_four_tasks_have_results_of_every_kind(desk: Desk, filled: Programme) -> None:
    results = tasks.results(desk, filled.id)
    outcomes = [[each.outcome for each in own] for own in results.values()]
    assert len(tasks.tasks(desk, filled.id)) == 4
    assert outcomes == [["done", "done", "failed", "done"], ["done", "done"], ["done"]]
    assert tasks.done_count(desk, filled.id) == 6


def test_results_are_of_the_key_users_and_of_days_gone_by(desk: Desk, filled: Programme) -> None:
    found = [each for own in tasks.results(desk, filled.id).values() for each in own]
    today = desk.today()
    assert [each.person is not None and each.done_on <= today for each in found] == [True] * 7
