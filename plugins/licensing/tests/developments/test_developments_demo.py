# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's developments went the whole way by the verbs that people use, or wait on it."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.sdk import Desk, Person
from tresen.testing import factories
from tresen_licensing.bundles import packing, verify
from tresen_licensing.clearances import queries as clearances
from tresen_licensing.developments import demo, queries, states
from tresen_licensing.developments.models import Development


@pytest.fixture
def world(desk: Desk, agent: Person, administrator: Person, customer: Person) -> dict[str, Any]:
    """Return what the core hands to plugins."""
    return {"agents": [agent, administrator], "customers": [customer]}


def rows_of(desk: Desk) -> list[Development]:
    """Return the developments, each loaded whole."""
    found = desk.session.scalars(select(Development.reference).order_by(Development.id))
    return [queries.development(desk, each) for each in found.all()]


def test_one_is_public_and_one_is_held_by_what_a_check_found(
    desk: Desk, world: dict[str, Any]
) -> None:
    demo.fill(desk, world)
    rows = rows_of(desk)
    review = clearances.review(desk, rows[1])
    found = {each.check for each in review.open} if review else set()
    state = [each.state for each in rows]
    assert (state, {"C05", "C07"} <= found) == ([states.PUBLISHED, states.CLEARANCE], True)


def test_evidence_of_the_public_one_holds(desk: Desk, world: dict[str, Any]) -> None:
    demo.fill(desk, world)
    lines, holds = verify.verified(packing.bundle(desk, rows_of(desk)[0]))
    assert (holds, [each for each in lines if each.startswith("FAIL")]) == (True, [])


def test_public_finds_it_in_the_register(
    desk: Desk, world: dict[str, Any], client: FlaskClient
) -> None:
    demo.fill(desk, world)
    desk.commit()
    page = client.get("/licensing/contributions/contributions.json").get_json()
    assert [each["title"] for each in page["contributions"]] == ["Labels in two columns"]


@pytest.mark.parametrize("lacking", ["agents", "customers"])
def test_world_without_people_gets_none(desk: Desk, world: dict[str, Any], lacking: str) -> None:
    demo.fill(desk, world | {lacking: []})
    assert rows_of(desk) == []


def test_customer_without_an_organisation_is_passed_over(
    desk: Desk, world: dict[str, Any], agent: Person
) -> None:
    lonely = factories.make_person(desk, "Lone", "lone@nowhere.example")
    demo.fill(desk, world | {"customers": [lonely]})
    assert rows_of(desk) == []
