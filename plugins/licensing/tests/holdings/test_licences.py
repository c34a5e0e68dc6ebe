# SPDX-License-Identifier: AGPL-3.0-or-later
"""Licences are kept with who is entitled; what does not fit is refused before anything changes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from tresen.sdk import Desk, Missing, Organisation, Person, Product, Refused
from tresen.testing import factories
from tresen_licensing.holdings import queries, service, states
from tresen_licensing.holdings.models import Entitled, Licence

Journal = Callable[[str], list[tuple[str, str, Any, Any]]]
Values = Callable[..., dict[str, Any]]


def keep(desk: Desk, organisation_id: int, values: dict[str, Any]) -> Licence:
    return service.keep_licence(desk, Licence(organisation_id=organisation_id), values)


def names(desk: Desk, row: Licence) -> list[str]:
    return [each.name for each in queries.entitled(desk, [row.id]).get(row.id, [])]


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return somebody else of the customer's."""
    home = desk.session.get_one(Organisation, customer.organisation_id)
    made = factories.make_customer(desk, "Aaron Colleague", "aaron@kunde.example", home)
    desk.commit()
    return made


def test_licence_is_kept_with_all_its_fields(
    desk: Desk, home: int, product: Product, licence_values: Values
) -> None:
    days = {"starts_on": date(2025, 1, 1), "ends_on": date(2027, 12, 31)}
    made = keep(desk, home, licence_values(**days, note=" Paid "))
    found = queries.licence(desk, made.id)
    assert (found.organisation.id, found.product.id, found.count, found.note, found.ends_on) == (
        home,
        product.id,
        10,
        "Paid",
        date(2027, 12, 31),
    )


def test_first_word_on_a_licence_stands_in_the_journal_without_its_key(
    desk: Desk, licence: Licence, journal: Journal
) -> None:
    entries = journal(service.LICENCE)
    actions = list(dict.fromkeys(action for action, *_rest in entries))
    assert (actions, [entry for entry in entries if "KEY-4711" in str(entry)]) == (
        ["added", "key_kept", "changed"],
        [],
    )


def test_only_what_changed_stands_in_the_journal(
    desk: Desk, licence: Licence, licence_values: Values, customer: Person, journal: Journal
) -> None:
    before = len(journal(service.LICENCE))
    wanted = licence_values(note="Paid late.", entitled=[customer.id], count=25)
    service.keep_licence(desk, licence, wanted)
    assert journal(service.LICENCE)[before:] == [("changed", "count", 10, 25)]


def test_unlimited_licence_counts_nothing(desk: Desk, home: int, licence_values: Values) -> None:
    made = keep(desk, home, licence_values(metric=states.UNLIMITED, count=10))
    assert made.count is None


@pytest.mark.parametrize("metric", [states.NAMED, states.CONCURRENT, states.INSTALLATIONS])
@pytest.mark.parametrize("count", [None, 0])
def test_other_metrics_need_a_number(
    desk: Desk, home: int, licence_values: Values, metric: str, count: int | None
) -> None:
    with pytest.raises(Refused, match="Say how many"):
        keep(desk, home, licence_values(metric=metric, count=count))


def test_licence_that_ends_before_it_begins_is_refused(
    desk: Desk, home: int, licence_values: Values
) -> None:
    days = {"starts_on": date(2026, 1, 2), "ends_on": date(2026, 1, 1)}
    with pytest.raises(Refused, match="would end before it begins"):
        keep(desk, home, licence_values(**days))


def test_people_of_others_are_not_entitled(
    desk: Desk, home: int, agent: Person, licence_values: Values
) -> None:
    with pytest.raises(Refused, match="Only people of the customer"):
        keep(desk, home, licence_values(entitled=[agent.id]))
    assert desk.session.scalar(select(func.count()).select_from(Licence)) == 0


def test_refused_change_leaves_the_licence_as_it_was(
    desk: Desk, licence: Licence, licence_values: Values, agent: Person
) -> None:
    with pytest.raises(Refused):
        service.keep_licence(desk, licence, licence_values(count=99, entitled=[agent.id]))
    assert licence.count == 10


def test_entitled_stand_by_name(
    desk: Desk, licence: Licence, licence_values: Values, customer: Person, colleague: Person
) -> None:
    wanted = licence_values(entitled=[customer.id, colleague.id])
    service.keep_licence(desk, licence, wanted)
    assert names(desk, licence) == ["Aaron Colleague", customer.name]


def test_who_is_taken_off_is_entitled_no_more(
    desk: Desk, licence: Licence, licence_values: Values, customer: Person, journal: Journal
) -> None:
    service.keep_licence(desk, licence, licence_values(note="Paid late."))
    assert (names(desk, licence), journal(service.LICENCE)[-1]) == (
        [],
        ("changed", "entitled", [customer.id], []),
    )


def test_who_left_stays_entitled_until_taken_off(
    desk: Desk, licence: Licence, licence_values: Values, customer: Person
) -> None:
    customer.is_active = False
    desk.session.flush()
    service.keep_licence(desk, licence, licence_values(entitled=[customer.id], count=11))
    assert names(desk, licence) == [customer.name]


def test_deleted_licence_takes_its_entitled_along(
    desk: Desk, licence: Licence, journal: Journal
) -> None:
    service.remove_licence(desk, licence)
    left = desk.session.scalar(select(func.count()).select_from(Entitled))
    assert (left, [entry[0] for entry in journal(service.LICENCE)][-2:]) == (
        0,
        ["removed", "removed"],
    )


def test_organisation_sees_what_it_goes_on_with_first(
    desk: Desk, home: int, bought: Product, licence: Licence, licence_values: Values
) -> None:
    licence.is_active = False
    desk.session.flush()
    keep(desk, home, licence_values(product_id=bought.id))
    found = queries.of_organisation(desk, home)
    assert [(row.product.name, row.is_active) for row in found] == [
        ("Database", True),
        ("Lagerwerk", False),
    ]


def test_given_up_licence_is_held_no_more(
    desk: Desk, home: int, product: Product, licence: Licence
) -> None:
    before = len(queries.held(desk, home, product.id))
    licence.is_active = False
    desk.session.flush()
    found = queries.held(desk, home, product.id), queries.of_product(desk, product.id)
    assert (before, [list(rows) for rows in found]) == (1, [[], []])


def test_licences_of_others_are_theirs(
    desk: Desk, home: int, elsewhere: Organisation, licence: Licence, licence_values: Values
) -> None:
    other = keep(desk, elsewhere.id, licence_values())
    found = [
        [row.id for row in queries.of_organisation(desk, each)] for each in (home, elsewhere.id)
    ]
    assert found == [[licence.id], [other.id]]


def test_entitled_to_are_only_the_licences_that_name_the_person(
    desk: Desk, home: int, customer: Person, colleague: Person, licence: Licence
) -> None:
    found = [queries.entitled_to(desk, home, each.id) for each in (customer, colleague)]
    assert [[row.id for row in rows] for rows in found] == [[licence.id], []]


def test_product_and_organisation_that_go_take_their_licences_along(
    desk: Desk, home: int, bought: Product, licence_values: Values
) -> None:
    keep(desk, home, licence_values(product_id=bought.id))
    desk.session.delete(bought)
    desk.session.flush()
    assert desk.session.scalar(select(func.count()).select_from(Licence)) == 0


def test_only_active_people_of_the_customer_can_be_entitled(
    desk: Desk, home: int, customer: Person, colleague: Person, agent: Person
) -> None:
    colleague.is_active = False
    factories.make_customer(desk, "Somebody Else", "else@other.example")
    assert [each.id for each in queries.people(desk, home)] == [customer.id]


@pytest.mark.parametrize("find", [queries.licence, queries.organisation])
def test_what_is_not_there_is_missing(desk: Desk, find: Any) -> None:
    with pytest.raises(Missing, match="does not exist"):
        find(desk, 10_000)
