# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a product is offered, and what is particular where it runs, is kept with its history."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tresen.sdk import Desk, Installation, Person, Product, Refused
from tresen_licensing.portfolio import queries, service, states
from tresen_licensing.portfolio.models import Offering

Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
Values = Callable[..., dict[str, Any]]


def test_product_has_one_offering_however_often_it_is_kept(
    desk: Desk, product: Product, agent: Person, offering_values: Values
) -> None:
    first = service.keep_offering(desk, product, offering_values())
    again = service.keep_offering(desk, product, offering_values(owner_id=agent.id))
    assert (again.id, again.owner_id) == (first.id, agent.id)


def test_first_word_on_a_product_stands_in_the_journal(
    desk: Desk, product: Product, offering_values: Values, journal: Journal
) -> None:
    service.keep_offering(desk, product, offering_values(lifecycle=states.PILOT))
    assert journal(service.OFFERING) == [
        ("added", "lifecycle", None, "pilot"),
        ("added", "upstream", None, ""),
        ("added", "support_from", None, "2024-01-01"),
        ("added", "support_until", None, None),
        ("added", "owner_id", None, None),
        ("added", "vendor_id", None, None),
    ]


def test_only_what_changed_stands_in_the_journal(
    desk: Desk, product: Product, offering: Offering, offering_values: Values, journal: Journal
) -> None:
    before = len(journal(service.OFFERING))
    wanted = offering_values(owner_id=offering.owner_id, lifecycle=states.END_OF_SALE)
    service.keep_offering(desk, product, wanted)
    assert journal(service.OFFERING)[before:] == [
        ("changed", "lifecycle", "active", "end_of_sale"),
    ]


def test_support_that_ends_before_it_begins_is_refused(
    desk: Desk, product: Product, offering_values: Values
) -> None:
    with pytest.raises(Refused, match="correct one of the two days"):
        service.keep_offering(desk, product, offering_values(support_until=date(2023, 12, 31)))


def test_support_of_one_day_is_fine(desk: Desk, product: Product, offering_values: Values) -> None:
    made = service.keep_offering(desk, product, offering_values(support_until=date(2024, 1, 1)))
    assert made.support_until == made.support_from


def test_customer_answers_for_no_product(
    desk: Desk, product: Product, customer: Person, offering_values: Values
) -> None:
    with pytest.raises(Refused, match="Only an active agent"):
        service.keep_offering(desk, product, offering_values(owner_id=customer.id))


def test_owner_who_left_does_not_stop_other_changes(
    desk: Desk, product: Product, offering: Offering, agent: Person, offering_values: Values
) -> None:
    agent.is_active = False
    desk.session.flush()
    wanted = offering_values(owner_id=agent.id, lifecycle=states.MAINTENANCE)
    service.keep_offering(desk, product, wanted)
    assert (offering.owner_id, offering.lifecycle) == (agent.id, "maintenance")


def test_field_that_nobody_sent_keeps_what_must_not_be_empty(
    desk: Desk, product: Product, offering_values: Values
) -> None:
    made = service.keep_offering(desk, product, offering_values(upstream=None, lifecycle=None))
    assert (made.upstream, made.lifecycle) == ("", "active")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"a": " x "}, {"a": "x"}),
        ({"a": None, "b": 3}, {"a": None, "b": 3}),
    ],
)
def test_texts_are_kept_without_space_around_them(
    given: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert service.plain(given) == kept


def test_installation_has_one_setup(
    desk: Desk, installation: Installation, journal: Journal
) -> None:
    values = {"criticality": "critical", "modules": "Stock", "customer_changes": "Own label"}
    first = service.keep_setup(desk, installation, values)
    again = service.keep_setup(desk, installation, values | {"modules": "Stock\nReturns"})
    assert (first.id, again.modules, journal(service.SETUP)[-1]) == (
        again.id,
        "Stock\nReturns",
        ("changed", "modules", "Stock", "Stock\nReturns"),
    )


def test_setup_stands_beside_what_runs(desk: Desk, home: int, installation: Installation) -> None:
    values = {"criticality": "important", "modules": "", "customer_changes": "Own label"}
    service.keep_setup(desk, installation, values)
    (found,) = queries.running_at(desk, home)
    assert found.setup is not None
    assert (found.setup.criticality, found.setup.customer_changes) == ("important", "Own label")
