# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each verb of the pilot service, and each way in which it refuses."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from tresen.sdk import Desk, Missing, Person, Product, ProductVersion, Refused
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import queries, service, steps
from tresen_pilot_service.models import Participation, Programme

Values = Callable[..., dict[str, Any]]


def test_programme_is_begun_with_its_fields(desk: Desk, programme_values: Values) -> None:
    programme = service.begin_programme(desk, programme_values(title="Kasse mobile"))
    found = queries.programme(desk, programme.id)
    assert (found.title, found.product.name) == ("Kasse mobile", "Lagerwerk")
    assert (found.starts_on, found.ends_on) == (date(2026, 3, 2), date(2026, 3, 31))


def test_programme_that_ends_before_it_starts_is_refused(
    desk: Desk, programme_values: Values
) -> None:
    with pytest.raises(Refused, match="A programme cannot end before it starts"):
        service.begin_programme(desk, programme_values(ends_on=date(2026, 3, 1)))


def test_programme_of_one_day_is_taken(desk: Desk, programme_values: Values) -> None:
    assert service.begin_programme(desk, programme_values(ends_on=date(2026, 3, 2))).id == 1


@pytest.mark.parametrize("known", [True, False])
def test_version_of_another_product_is_refused(
    desk: Desk, programme_values: Values, known: bool
) -> None:
    other = factories.make_product(desk, "kasse", "Kassenwerk")
    version = ProductVersion(product_id=other.id, number="2.0")
    desk.session.add(version)
    desk.session.flush()
    with pytest.raises(Refused, match="This version belongs to another product"):
        service.begin_programme(desk, programme_values(version_id=version.id if known else 99))


def test_programme_is_changed_and_stamped(
    desk: Desk, clock: SteppedClock, programme: Programme, programme_values: Values
) -> None:
    clock.go(days=1)
    service.change_programme(desk, programme, programme_values(ends_on=date(2026, 4, 30)))
    assert (programme.ends_on, programme.changed_at) == (date(2026, 4, 30), clock.moment)


def test_change_to_the_same_changes_nothing(
    desk: Desk, clock: SteppedClock, programme: Programme, programme_values: Values
) -> None:
    before = programme.changed_at
    clock.go(days=1)
    service.change_programme(desk, programme, programme_values(team_id=programme.team_id))
    assert programme.changed_at == before


def test_refused_change_leaves_the_programme_as_it_was(
    desk: Desk, programme: Programme, programme_values: Values
) -> None:
    with pytest.raises(Refused):
        service.change_programme(desk, programme, programme_values(ends_on=date(2025, 1, 1)))
    assert programme.ends_on == date(2026, 3, 31)


def test_customer_takes_part_once_at_a_time(
    desk: Desk, programme: Programme, participation: Participation, participation_values: Values
) -> None:
    values = participation_values(participation.organisation_id)
    with pytest.raises(Refused, match="This customer takes part in the programme already"):
        service.invite(desk, programme, values)


def test_database_keeps_two_at_once_from_inviting_one_customer(
    desk: Desk, participation: Participation
) -> None:
    desk.session.add(
        Participation(
            programme_id=participation.programme_id,
            organisation_id=participation.organisation_id,
            created_at=desk.now(),
        )
    )
    with pytest.raises(IntegrityError):
        desk.session.flush()
    desk.rollback()


def test_customer_who_left_can_be_invited_again(
    desk: Desk, programme: Programme, participation: Participation, participation_values: Values
) -> None:
    service.move(desk, participation, steps.WITHDRAWN)
    again = service.invite(desk, programme, participation_values(participation.organisation_id))
    assert again.id != participation.id
    with pytest.raises(Refused, match="This customer takes part in the programme already"):
        service.resume(desk, participation)


def test_participation_ends_today_and_can_be_resumed(
    desk: Desk, participation: Participation
) -> None:
    service.move(desk, participation, steps.WITHDRAWN)
    assert participation.ended_on == date(2026, 3, 10)
    service.resume(desk, participation)
    assert participation.ended_on is None


def test_ending_twice_keeps_the_first_day(
    desk: Desk, clock: SteppedClock, participation: Participation
) -> None:
    service.move(desk, participation, steps.WITHDRAWN)
    clock.go(days=5)
    service.move(desk, participation, steps.WITHDRAWN)
    assert participation.ended_on == date(2026, 3, 10)


def test_resuming_what_runs_changes_nothing(desk: Desk, participation: Participation) -> None:
    service.resume(desk, participation)
    assert participation.ended_on is None


def test_contact_and_deputy_are_two_people(
    desk: Desk, participation: Participation, participation_values: Values, contact: Person
) -> None:
    values = participation_values(contact_id=contact.id, deputy_id=contact.id)
    with pytest.raises(Refused, match="Contact and deputy must be two people"):
        service.change_participation(desk, participation, values)


@pytest.mark.parametrize("role", ["contact_id", "deputy_id"])
def test_customer_cannot_be_contact_or_deputy(
    desk: Desk,
    participation: Participation,
    participation_values: Values,
    customer: Person,
    role: str,
) -> None:
    with pytest.raises(Refused, match="Contact and deputy must be active agents"):
        service.change_participation(
            desk, participation, participation_values(**{role: customer.id})
        )


def test_participation_is_changed(
    desk: Desk, participation: Participation, participation_values: Values, deputy: Person
) -> None:
    service.change_participation(desk, participation, participation_values(contact_id=deputy.id))
    assert (participation.contact_id, participation.deputy_id) == (deputy.id, None)


def test_installation_must_be_the_customers_and_of_the_product(
    desk: Desk,
    participation: Participation,
    participation_values: Values,
    product: Product,
) -> None:
    stranger = factories.make_customer(desk, "Otto Other", "otto@other.example")
    other = factories.make_product(desk, "kasse", "Kassenwerk")
    assert stranger.organisation_id is not None
    places = [
        factories.make_installation(desk, stranger.organisation_id, product),
        factories.make_installation(desk, participation.organisation_id, other),
    ]
    for place in places:
        with pytest.raises(Refused, match="This installation is not the customer's"):
            service.change_participation(
                desk, participation, participation_values(installation_id=place.id)
            )
    own = factories.make_installation(desk, participation.organisation_id, product)
    service.change_participation(desk, participation, participation_values(installation_id=own.id))
    assert participation.installation_id == own.id


def test_unknown_programme_and_participation_are_missing(desk: Desk) -> None:
    with pytest.raises(Missing, match="There is no such pilot programme"):
        queries.programme(desk, 99)
    with pytest.raises(Missing, match="There is no such participation"):
        queries.participation(desk, 99)


def test_counts_are_of_those_who_take_part_now(
    desk: Desk, customer: Person, programme: Programme, participation: Participation
) -> None:
    factories.make_ticket(desk, customer)
    desk.session.flush()
    assert queries.ticket_counts(desk, [participation.id]) == {participation.id: 1}
    assert queries.participant_counts(desk) == {programme.id: 1}
    service.move(desk, participation, steps.WITHDRAWN)
    assert queries.participant_counts(desk) == {}
