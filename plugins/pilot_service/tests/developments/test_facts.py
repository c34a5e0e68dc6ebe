# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a development is made of: its fields, its people and its hours, and what is refused."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.sdk import Desk, Installation, Person, Product, ProductVersion, Refused
from tresen.testing import factories
from tresen_pilot_service.developments import bookings, checks, people, queries, service, states
from tresen_pilot_service.developments.bookings import Hours
from tresen_pilot_service.developments.models import Development
from tresen_pilot_service.models import Base, Participation

Values = Callable[..., dict[str, Any]]
Walk = Callable[..., Development]
TODAY = date(2026, 3, 10)


def journal(desk: Desk, kind: str) -> list[tuple[str, str, object, object]]:
    """Return what stands in the journal of a kind, the oldest first."""
    desk.session.flush()
    entry = Base.metadata.tables["journal_entry"].c
    rows = desk.session.execute(
        select(entry.action, entry.field, entry.old, entry.new)
        .where(entry.subject_kind == kind)
        .order_by(entry.id)
    )
    return [tuple(row) for row in rows]


@pytest.fixture
def hours(agent: Person) -> Values:
    """Return a function that gives the fields of a booking."""

    def values(**given: Any) -> dict[str, Any]:
        words = {"what": "Gate 3", "is_beyond": False, "beyond_reason": ""}
        facts = {"person_id": agent.id, "booked_on": TODAY, "hours": Decimal(2)}
        return words | facts | given

    return values


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "AGPL-3.0-or-later",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "MIT OR Apache-2.0",
        "(MIT OR Apache-2.0) AND CC0-1.0",
        "((MIT))",
        "LicenseRef-Own",
        "GPL-2.0+",
    ],
)
def test_licence_is_an_expression(licence: str) -> None:
    assert checks.demand_licence(f" {licence} ") == licence


@pytest.mark.parametrize(
    "licence", ["MIT license", "AND MIT", "(MIT", "MIT)", "MIT OR", "()", "do what you want", "§"]
)
def test_what_is_no_expression_is_no_licence(licence: str) -> None:
    with pytest.raises(Refused, match="A licence is an SPDX expression"):
        checks.demand_licence(licence)


@given(st.text(max_size=60))
def test_any_text_is_a_licence_or_refused(text: str) -> None:
    with suppress(Refused):
        assert checks.demand_licence(text) == " ".join(text.split())


@given(st.integers(1, 4000))
def test_quarters_of_hours_are_minutes(quarters: int) -> None:
    assert checks.minutes_of(Decimal(quarters) / 4) == quarters * 15


@pytest.mark.parametrize("wrong", ["0", "-1", "0.1", "1.3", "0.0001"])
def test_other_hours_are_refused(wrong: str) -> None:
    with pytest.raises(Refused, match="Hours come in quarters"):
        checks.minutes_of(Decimal(wrong))


@pytest.mark.parametrize("address", ["https://a.example", " http://a.example:80/x?y=1 "])
def test_address_of_the_web_is_taken(address: str) -> None:
    assert checks.demand_address(address) == address.strip()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "https://a b", "//a"]
)
def test_other_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="An address begins with"):
        checks.demand_address(address)


def test_licence_is_the_products_unless_said(desk: Desk, development_values: Values) -> None:
    rows = [service.begin(desk, development_values(licence=text)) for text in ("", "MIT")]
    assert [row.licence for row in rows] == ["AGPL-3.0-or-later", "MIT"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"organisation_id": 999}, "Choose the customer"),
        ({"product_id": 999}, "Choose the product"),
        ({"base_version_id": 999}, "This version belongs to another product"),
        ({"participation_id": 999}, "This participation in a pilot is another customer's"),
        ({"lead_id": 999}, "Who develops or reviews must be an active agent"),
        ({"requested_on": date(2026, 3, 11)}, "This day is still to come"),
    ],
)
def test_development_that_does_not_fit_is_refused(
    desk: Desk, development_values: Values, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        service.begin(desk, development_values(**wrong))


def test_development_belongs_to_a_pilot_of_its_customer(
    desk: Desk, development_values: Values, participation: Participation
) -> None:
    row = service.begin(desk, development_values(participation_id=participation.id))
    assert row.participation_id == participation.id


def test_product_stays_once_it_is_deployed(
    desk: Desk, walk: Walk, development_values: Values
) -> None:
    row = walk(states.DEPLOYED)
    other = factories.make_product(desk, "b", "B")
    with pytest.raises(Refused, match="It is deployed already: its product stays"):
        service.edit(desk, row, development_values(product_id=other.id, base_version_id=None))


def test_changes_are_journalled(
    desk: Desk, development: Development, development_values: Values
) -> None:
    before = len(journal(desk, "pilot_service.development"))
    service.edit(desk, development, development_values(title="Other"))
    found = journal(desk, "pilot_service.development")[before:]
    assert found == [("changed", "title", "Scanner bridge", "Other")]


def test_new_lead_takes_the_place_of_the_former(
    desk: Desk, development: Development, deputy: Person
) -> None:
    people.add(desk, development, deputy.id, states.LEAD)
    leads = [row.person_id for row in queries.people_in(desk, 1) if row.part == states.LEAD]
    assert leads == [deputy.id]


@pytest.fixture
def ids(desk: Desk, customer: Person, contact: Person) -> dict[str, int]:
    """Return one person of each side, and one of neither."""
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    return {"customer": customer.id, "contact": contact.id, "stranger": stranger.id}


@pytest.mark.parametrize(
    ("part", "who", "sentence"),
    [
        ("developer", "customer", "must be an active agent"),
        ("contact", "contact", "must be an active person of this customer"),
        ("acceptor", "stranger", "must be an active person of this customer"),
        ("boss", "contact", "There is no such part in a development"),
    ],
)
def test_part_is_of_the_right_side(
    desk: Desk, development: Development, ids: dict[str, int], part: str, who: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        people.add(desk, development, ids[who], part)


def test_journal_tells_of_people(desk: Desk, development: Development, deputy: Person) -> None:
    people.remove(desk, people.add(desk, development, deputy.id, states.REVIEWER))
    assert journal(desk, people.PERSON)[-2:] == [
        ("added", "part", None, "reviewer"),
        ("removed", "part", "reviewer", None),
    ]


def test_hours_are_summed_within_and_beyond(
    desk: Desk, development: Development, hours: Values
) -> None:
    bookings.book(desk, development, hours())
    bookings.book(desk, development, hours(hours=Decimal("0.25")))
    bookings.book(desk, development, hours(is_beyond=True, beyond_reason="By phone"))
    found = bookings.sum_up(development, queries.bookings_of(desk, 1))
    assert (found, found.percent) == (Hours(600, 135, 120), 22)


@pytest.mark.parametrize(
    ("within", "is_warned"), [(0, False), (479, False), (480, True), (600, True)]
)
def test_warning_begins_at_eighty_percent(within: int, is_warned: bool) -> None:
    assert Hours(600, within, 0).is_warned is is_warned


def test_contract_without_hours_warns_of_nothing(
    desk: Desk, development: Development, development_values: Values, hours: Values
) -> None:
    service.edit(desk, development, development_values(contract_hours=None))
    bookings.book(desk, development, hours(hours=Decimal(24)))
    found = bookings.sum_up(development, queries.bookings_of(desk, 1))
    assert (found, found.percent, found.is_warned) == (Hours(None, 1440, 0), 0, False)


def test_last_quarter_of_the_contract_can_be_booked_and_no_more(
    desk: Desk, development: Development, hours: Values
) -> None:
    bookings.book(desk, development, hours(hours=Decimal(10)))
    with pytest.raises(Refused, match="The contract has 0:00 h left"):
        bookings.book(desk, development, hours(hours=Decimal("0.25")))


def test_beyond_the_contract_needs_a_reason(
    desk: Desk, development: Development, hours: Values
) -> None:
    with pytest.raises(Refused, match="Say why it goes beyond the contract"):
        bookings.book(desk, development, hours(is_beyond=True, beyond_reason=" "))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"person_id": None}, "Who worked must be an active agent"),
        ({"person_id": 999}, "Who worked must be an active agent"),
        ({"booked_on": date(2026, 3, 11)}, "This day is still to come"),
        ({"hours": Decimal("0.1")}, "Hours come in quarters"),
    ],
)
def test_wrong_hours_are_refused(
    desk: Desk, development: Development, hours: Values, wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        bookings.book(desk, development, hours(**wrong))


def test_correction_counts_without_itself(
    desk: Desk, development: Development, hours: Values
) -> None:
    made = bookings.book(desk, development, hours(hours=Decimal(10)))
    bookings.correct(desk, development, made, hours(hours=Decimal("9.75")))
    assert made.minutes == 585


def test_journal_tells_of_hours(desk: Desk, development: Development, hours: Values) -> None:
    made = bookings.book(desk, development, hours())
    bookings.correct(desk, development, made, hours(hours=Decimal(3)))
    bookings.remove(desk, made)
    assert journal(desk, bookings.BOOKING) == [
        ("booked", "minutes", None, 120),
        ("changed", "minutes", 120, 180),
        ("removed", "minutes", 180, None),
    ]


@pytest.mark.parametrize("state", [states.DECLINED, states.ABANDONED])
def test_nothing_is_booked_on_what_was_given_up(
    desk: Desk, walk: Walk, hours: Values, state: str
) -> None:
    with pytest.raises(Refused, match="This development was given up"):
        bookings.book(desk, walk(state), hours())


def test_versions_that_can_be_released_are_the_products_own(
    desk: Desk, product: Product, version: ProductVersion, installation: Installation
) -> None:
    assert [each.number for each in queries.versions(desk, product.id)] == ["5.0"]
