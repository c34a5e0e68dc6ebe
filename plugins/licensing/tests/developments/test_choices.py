# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development can be about: products and agreements that are offered, and those it has."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Person, Product, ProductVersion, Refused
from tresen.testing import factories
from tresen_licensing.agreements import service as agreements
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.deployments.models import Deployment
from tresen_licensing.developments import queries, service, states
from tresen_licensing.developments.clocks import Terms
from tresen_licensing.developments.models import Development

Begin = Callable[..., Development]
Deploy = Callable[..., Deployment]
SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def product(desk: Desk) -> Product:
    """Return a product that is no longer offered, with a version."""
    made = factories.make_product(desk)
    made.is_active = False
    desk.session.add(ProductVersion(product_id=made.id, number="1.0"))
    desk.commit()
    return made


@pytest.fixture
def version(desk: Desk, product: Product) -> ProductVersion:
    """Return its version."""
    found = desk.session.query(ProductVersion).filter_by(product_id=product.id).one()
    desk.commit()
    return found


def test_product_that_is_not_offered_is_offered_to_who_has_it(desk: Desk, product: Product) -> None:
    assert (queries.products(desk), queries.products(desk, product.id)) == (
        [],
        [(product.id, "Lagerwerk")],
    )


def test_version_of_such_a_product_is_offered_to_who_has_it(
    desk: Desk, version: ProductVersion
) -> None:
    assert (queries.versions(desk), queries.versions(desk, version.id)) == (
        [],
        [(version.id, "Lagerwerk 1.0")],
    )


def test_form_keeps_what_is_no_longer_offered(
    agent: Person,
    sign_in: SignIn,
    agent_desk: Desk,
    begin: Begin,
    version: ProductVersion,
) -> None:
    row = begin(product_id=version.product_id, base_version_id=version.id)
    agent_desk.commit()
    shown = sign_in(agent).get(f"/licensing/developments/{row.reference}/edit").text
    chosen = [f'<option selected value="{each}">' for each in (version.product_id, version.id)]
    assert [each in shown for each in chosen] == [True, True]


def test_ended_agreement_stays_with_the_development(
    agent: Person, sign_in: SignIn, boss_desk: Desk, begin: Begin, agreement: Agreement
) -> None:
    row = begin()
    agreements.end(boss_desk, agreement, boss_desk.today())
    boss_desk.commit()
    browser = sign_in(agent)
    old = browser.get(f"/licensing/developments/{row.reference}/edit").text
    new = browser.get("/licensing/developments/new").text
    assert (old.count("Frame contract"), new.count("Frame contract")) == (1, 0)


def test_customers_of_the_list_are_those_with_a_development(
    agent_desk: Desk, development: Development, other_customer: Person
) -> None:
    found = queries.customers(agent_desk)
    assert found == [(development.organisation_id, "Kunde GmbH")]


def test_without_agreement_the_usual_days_count(agent_desk: Desk, begin: Begin) -> None:
    row = queries.development(agent_desk, begin(agreement_id=None).reference)
    assert queries.terms_of(row) == Terms(30, 90)


def test_running_clocks_leave_out_what_is_public_or_in_our_own_house(
    agent_desk: Desk, development: Development, deploy: Deploy
) -> None:
    deploy(is_outside=False)
    inside = queries.running_clocks(agent_desk)
    deploy()
    outside = queries.running_clocks(agent_desk)
    development.state = states.PUBLISHED
    agent_desk.session.flush()
    public = queries.running_clocks(agent_desk)
    assert [[each.id for each in rows] for rows in (inside, outside, public)] == [
        [],
        [development.id],
        [],
    ]


def test_silence_of_upstream_is_shown(
    agent: Person, sign_in: SignIn, agent_desk: Desk, development: Development
) -> None:
    development.state = states.PROPOSED
    development.moved_at = agent_desk.now() - timedelta(days=61)
    agent_desk.commit()
    shown = sign_in(agent).get(f"/licensing/developments/{development.reference}").text
    assert shown.count("No word from upstream") == 1


@pytest.mark.parametrize("state", [states.READY, states.PUBLISHED, states.CLOSED])
def test_page_offers_no_step_that_is_not_by_hand(
    agent: Person, sign_in: SignIn, agent_desk: Desk, development: Development, state: str
) -> None:
    development.state = state
    agent_desk.commit()
    shown = sign_in(agent).get(f"/licensing/developments/{development.reference}").text
    offered = [each for each in states.TITLES if f"/steps/{each}" in shown]
    assert offered == [each for each in states.VERBS if each in states.STEPS[state]]


@pytest.mark.parametrize("state", states.TITLES)
def test_page_of_each_state_can_be_read(
    agent: Person, sign_in: SignIn, agent_desk: Desk, development: Development, state: str
) -> None:
    development.state = state
    agent_desk.commit()
    shown = sign_in(agent).get(f"/licensing/developments/{development.reference}")
    assert (shown.status_code, shown.text.count(f">{states.TITLES[state]}<")) == (200, 1)


def test_exempt_from_the_clock_goes_back_with_a_reason(
    boss_desk: Desk, development: Development
) -> None:
    development.state = states.EXEMPT
    with pytest.raises(Refused, match="Please say why"):
        service.take(boss_desk, development, states.CLEARANCE)


def test_last_state_has_no_next(boss_desk: Desk, development: Development) -> None:
    development.state = states.CLOSED
    with pytest.raises(Refused) as refusal:
        service.take(boss_desk, development, states.DRAFT, "Why.")
    assert refusal.value.sentence == "From “Closed” the allowed steps are: none."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x" * 201),
        ("title", ""),
        ("kind", "magic"),
        ("component", "x" * 201),
        ("description", "x" * 10_001),
        ("upstream_branch", "x" * 121),
        ("upstream_url", "file://forge/quay"),
        ("organisation_id", "Nobody Ltd"),
    ],
)
def test_field_out_of_bounds_is_refused(
    agent: Person, sign_in: SignIn, customer: Person, field: str, value: str
) -> None:
    given: dict[str, Any] = {"title": "A berth", "organisation_id": "Kunde GmbH", "kind": "fix"}
    answer = sign_in(agent).post("/licensing/developments/new", data=given | {field: value})
    assert answer.status_code == 422
