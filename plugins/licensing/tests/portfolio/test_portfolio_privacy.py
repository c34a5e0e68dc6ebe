# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who answers for a product is told so, and an erased person stands nowhere."""

import pytest
from tresen.sdk import Desk, Installation, Person, Traces
from tresen.testing import factories
from tresen_licensing.portfolio import privacy, service
from tresen_licensing.portfolio.models import Offering


def test_owner_is_told_for_which_products(desk: Desk, offering: Offering, agent: Person) -> None:
    (found,) = privacy.data_sets(desk, agent)
    assert list(found.rows) == [{"product": "Lagerwerk", "lifecycle": "active"}]


def test_who_answers_for_nothing_has_no_rows(
    desk: Desk, offering: Offering, customer: Person
) -> None:
    (found,) = privacy.data_sets(desk, customer)
    assert list(found.rows) == []


def test_erased_owner_answers_for_nothing(desk: Desk, offering: Offering, agent: Person) -> None:
    factories.erase_person(desk, agent)
    assert offering.owner_id is None


@pytest.mark.parametrize("field", ["modules", "customer_changes"])
def test_erased_person_is_taken_out_of_what_was_written_on_installations(
    desk: Desk, installation: Installation, customer: Person, field: str
) -> None:
    texts = {"modules": "", "customer_changes": ""} | {field: f"As {customer.name} wants it"}
    row = service.keep_setup(desk, installation, {"criticality": "normal"} | texts)
    privacy.forget(desk, customer, Traces(names=(customer.name,), addresses=()))
    assert getattr(row, field) == "As […] wants it"


def test_texts_on_installations_of_others_stay(
    desk: Desk, installation: Installation, agent: Person
) -> None:
    texts = {"modules": "", "customer_changes": f"As {agent.name} built it"}
    row = service.keep_setup(desk, installation, {"criticality": "normal"} | texts)
    privacy.forget(desk, agent, Traces(names=(agent.name,), addresses=()))
    assert row.customer_changes == "As Anna Agent built it"
