# SPDX-License-Identifier: AGPL-3.0-or-later
"""The phases of a development: each pair of states is a step or is not, and gates keep them."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product as pairs_of
from typing import Any

import pytest
from sqlalchemy import select
from tresen.sdk import Desk, Installation, Organisation, Person, Product, Refused, rows_of
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service.developments import people, queries, service, states
from tresen_pilot_service.developments.models import Development, DevelopmentPlace
from tresen_pilot_service.models import Base

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
TODAY = date(2026, 3, 10)

# Written out here once more: the table of the code is held to it.
ALLOWED = {
    ("requested", "specified"),
    ("requested", "declined"),
    ("requested", "abandoned"),
    ("specified", "agreed"),
    ("specified", "declined"),
    ("specified", "abandoned"),
    ("agreed", "in_development"),
    ("agreed", "specified"),
    ("agreed", "abandoned"),
    ("in_development", "in_test"),
    ("in_development", "abandoned"),
    ("in_test", "accepted"),
    ("in_test", "in_development"),
    ("in_test", "abandoned"),
    ("accepted", "deployed"),
    ("accepted", "in_test"),
    ("accepted", "abandoned"),
    ("deployed", "given_back"),
    ("deployed", "exempt"),
    ("given_back", "deployed"),
    ("exempt", "deployed"),
    ("declined", "requested"),
    ("abandoned", "requested"),
}
REASONED = {
    *(pair for pair in ALLOWED if pair[1] in ("declined", "abandoned", "exempt")),
    ("agreed", "specified"),
    ("in_test", "in_development"),
    ("accepted", "in_test"),
    ("given_back", "deployed"),
    ("exempt", "deployed"),
    ("declined", "requested"),
    ("abandoned", "requested"),
}


def journal(desk: Desk) -> list[tuple[str, str, object, object]]:
    """Return what stands in the journal of the development, the oldest first."""
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    rows = desk.session.execute(
        select(entry.action, entry.field, entry.old, entry.new)
        .where(entry.subject_kind == "pilot_service.development")
        .order_by(entry.id)
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(("old", "new"), list(pairs_of(states.TITLES, repeat=2)))
def test_step_is_taken_only_if_the_table_has_it(
    desk: Desk, walk: Walk, step_values: Values, old: str, new: str
) -> None:
    row = walk(old)
    if (old, new) in ALLOWED:
        service.move(desk, row, new, step_values())
        assert row.state == new
        return
    with pytest.raises(Refused, match="the allowed steps are"):
        service.move(desk, row, new, step_values())
    assert row.state == old


@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_step_says_why_where_it_has_to(
    desk: Desk, walk: Walk, step_values: Values, old: str, new: str
) -> None:
    row = walk(old)
    if (old, new) in REASONED:
        with pytest.raises(Refused, match="Say why: this step needs a reason"):
            service.move(desk, row, new, step_values(note="  "))
    assert states.needs_reason(old, new) == ((old, new) in REASONED)


@pytest.mark.parametrize(("old", "new"), sorted(ALLOWED))
def test_every_step_has_a_verb_of_its_own(old: str, new: str) -> None:
    verbs = [states.verb(old, each) for each in states.STEPS[old]]
    assert verbs.count(states.verb(old, new)) == 1


def test_every_state_has_words_for_both_sides() -> None:
    assert set(states.TITLES) == set(states.PLAIN) == set(states.STEPS)


def test_days_and_words_of_steps_are_kept(
    desk: Desk, walk: Walk, step_values: Values, clock: SteppedClock
) -> None:
    row = walk(states.IN_TEST, note="")
    clock.go(days=2)
    given = step_values(day=date(2026, 3, 11), note="The scanner sleeps.")
    service.move(desk, row, states.IN_DEVELOPMENT, given)
    found = [(each.state, each.stepped_on, each.note) for each in queries.steps_of(desk, row.id)]
    assert found[:2] == [
        ("in_development", date(2026, 3, 11), "The scanner sleeps."),
        ("in_test", TODAY, ""),
    ]
    assert found[-1] == ("requested", date(2026, 3, 2), "")


def test_journal_tells_each_step_with_its_day(
    desk: Desk, development: Development, step_values: Values
) -> None:
    service.move(desk, development, states.SPECIFIED, step_values(day=date(2026, 3, 5)))
    assert journal(desk) == [
        ("begun", "", None, None),
        ("stepped", "requested", None, "2026-03-02"),
        ("changed", "state", "requested", "specified"),
        ("stepped", "specified", None, "2026-03-05"),
    ]


def test_step_cannot_be_in_the_future(
    desk: Desk, development: Development, step_values: Values
) -> None:
    with pytest.raises(Refused, match="This day is still to come"):
        service.move(desk, development, states.SPECIFIED, step_values(day=date(2026, 3, 11)))


def test_step_cannot_be_before_the_one_before(
    desk: Desk, development: Development, step_values: Values
) -> None:
    with pytest.raises(Refused, match="It is “Requested” since 2026-03-02"):
        service.move(desk, development, states.SPECIFIED, step_values(day=date(2026, 3, 1)))


def test_nothing_is_agreed_without_a_contract(
    desk: Desk, walk: Walk, development_values: Values, step_values: Values
) -> None:
    row = walk(states.SPECIFIED)
    service.edit(desk, row, development_values(contract=" "))
    with pytest.raises(Refused, match="Name the contract, or tick that it is done without one"):
        service.move(desk, row, states.AGREED, step_values())
    service.edit(desk, row, development_values(contract="", is_without_contract=True))
    service.move(desk, row, states.AGREED, step_values())
    assert row.state == "agreed"


def test_nothing_is_agreed_without_a_contact_of_the_customer(
    desk: Desk, walk: Walk, step_values: Values
) -> None:
    row = walk(states.SPECIFIED)
    (named,) = [each for each in queries.people_in(desk, row.id) if each.part == states.CONTACT]
    people.remove(desk, named)
    with pytest.raises(Refused, match="Name the customer's contact first"):
        service.move(desk, row, states.AGREED, step_values())


def test_acceptance_keeps_who_and_when(
    desk: Desk, walk: Walk, customer: Person, step_values: Values
) -> None:
    row = walk(states.ACCEPTED)
    assert (row.accepted_by_id, row.accepted_by_name, row.accepted_on) == (customer.id, "", TODAY)
    assert queries.steps_of(desk, row.id)[0].note == "All gates scan."


def test_acceptance_by_a_mere_name_is_kept(desk: Desk, walk: Walk, step_values: Values) -> None:
    row = walk(states.IN_TEST)
    service.move(desk, row, states.ACCEPTED, step_values(person_id=None, name=" M. Fuchs "))
    assert (row.accepted_by_id, row.accepted_by_name) == (None, "M. Fuchs")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "M. Fuchs"}, "Choose a person of the customer or write a name, one of both"),
        ({"person_id": None}, "Choose a person of the customer or write a name, one of both"),
        ({"person_id": 9999}, "Who accepts must be an active person of this customer"),
        ({"note": " "}, "Write down what was accepted"),
    ],
)
def test_acceptance_needs_somebody_and_a_note(
    desk: Desk, walk: Walk, step_values: Values, wrong: dict[str, Any], sentence: str
) -> None:
    row = walk(states.IN_TEST)
    with pytest.raises(Refused, match=sentence):
        service.move(desk, row, states.ACCEPTED, step_values(**wrong))
    assert (row.state, row.accepted_on) == ("in_test", None)


def test_acceptance_that_is_taken_back_names_nobody(
    desk: Desk, walk: Walk, step_values: Values
) -> None:
    row = walk(states.ACCEPTED)
    service.move(desk, row, states.IN_TEST, step_values())
    assert (row.accepted_by_id, row.accepted_by_name, row.accepted_on) == (None, "", None)


def test_deployment_keeps_where_and_when(
    walk: Walk, desk: Desk, installation: Installation
) -> None:
    row = walk(states.DEPLOYED)
    (place,) = queries.places_of(desk, row.id)
    assert (row.deployed_on, place.installation_id, place.deployed_on, place.adopted_on) == (
        TODAY,
        installation.id,
        TODAY,
        None,
    )


@pytest.mark.parametrize("whose", ["nobody's", "another customer's", "another product's"])
def test_deployment_is_on_an_installation_of_customer_and_product(
    desk: Desk, walk: Walk, step_values: Values, product: Product, customer: Person, whose: str
) -> None:
    row = walk(states.ACCEPTED)
    other = Organisation(name="Fern", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    places = {
        "nobody's": None,
        "another customer's": factories.make_installation(desk, other.id, product).id,
        "another product's": factories.make_installation(
            desk, customer.organisation_id or 0, factories.make_product(desk, "b", "B")
        ).id,
    }
    with pytest.raises(Refused, match="Choose where the customer runs the product"):
        service.move(desk, row, states.DEPLOYED, step_values(installation_id=places[whose]))


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2026, 3, 11), "This day is still to come"), (date(2026, 3, 9), "no step can be before")],
)
def test_deployment_is_neither_to_come_nor_before_the_acceptance(
    desk: Desk, walk: Walk, step_values: Values, day: date, sentence: str
) -> None:
    row = walk(states.ACCEPTED)
    with pytest.raises(Refused, match=sentence):
        service.move(desk, row, states.DEPLOYED, step_values(day=day))
    assert rows_of(desk, DevelopmentPlace) == []


@pytest.mark.parametrize("address", ["", "forge", "ftp://forge.example", "https://", "http://[x"])
def test_return_needs_a_public_address(
    desk: Desk, walk: Walk, step_values: Values, address: str
) -> None:
    row = walk(states.DEPLOYED)
    with pytest.raises(Refused, match="An address begins with https:// or http://"):
        service.move(desk, row, states.GIVEN_BACK, step_values(public_url=address))


def test_return_counts_although_upstream_declined(
    desk: Desk, walk: Walk, step_values: Values
) -> None:
    row = walk(states.DEPLOYED)
    service.move(desk, row, states.GIVEN_BACK, step_values(is_declined_upstream=True))
    assert (row.public_url, row.given_back_on, row.is_declined_upstream) == (
        "https://forge.example/merge/7",
        TODAY,
        True,
    )
    assert queries.figures(desk).given_back == 1


def test_exemption_keeps_its_reason_until_it_is_taken_back(
    desk: Desk, walk: Walk, step_values: Values
) -> None:
    row = walk(states.EXEMPT, note="A secret of somebody else.")
    before = row.exempt_reason
    service.move(desk, row, states.DEPLOYED, step_values())
    assert (before, row.exempt_reason) == ("A secret of somebody else.", "")
    assert queries.until(desk, [row]) == {row.id: TODAY + timedelta(days=30)}


def test_return_that_is_taken_back_starts_no_new_clock(
    desk: Desk, walk: Walk, step_values: Values, clock: SteppedClock
) -> None:
    row = walk(states.GIVEN_BACK)
    clock.go(days=40)
    service.move(desk, row, states.DEPLOYED, step_values(note="The address is gone."))
    assert (row.public_url, row.given_back_on) == ("", None)
    assert queries.until(desk, [row]) == {row.id: TODAY + timedelta(days=30)}


def test_return_stays_while_an_installation_has_the_public_version(
    desk: Desk, walk: Walk, step_values: Values
) -> None:
    row = walk(states.GIVEN_BACK)
    (place,) = queries.places_of(desk, row.id)
    service.adopt(desk, row, place, TODAY)
    with pytest.raises(Refused, match="An installation has the public version already"):
        service.move(desk, row, states.DEPLOYED, step_values())
    assert row.state == "given_back"
