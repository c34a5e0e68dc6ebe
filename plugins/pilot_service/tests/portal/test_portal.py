# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers find their own pilots from the start page, and nobody else's by guessing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Actor, Desk, Missing, Organisation, Person
from tresen.testing import factories
from tresen_pilot_service import service, steps
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.portal import queries

SignIn = Callable[[Person], FlaskClient]
HOME = "/pilot_service/portal/"


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return a customer of an organisation that takes no part."""
    other = Organisation(name="Fernlager GmbH", created_at=desk.now(), changed_at=desk.now())
    desk.session.add(other)
    desk.session.flush()
    made = factories.make_customer(desk, "Stefan Stranger", "stefan@fern.example", other)
    desk.commit()
    return made


@pytest.fixture
def second(desk: Desk, participation: Participation) -> Participation:
    """Return a second participation of the customer, which is over."""
    first = participation.programme
    programme = Programme(
        title="Lagerwerk 4",
        product_id=first.product_id,
        starts_on=date(2025, 3, 3),
        ends_on=date(2025, 3, 28),
        created_at=desk.now(),
        changed_at=desk.now(),
    )
    desk.session.add(programme)
    desk.session.flush()
    row = Participation(
        programme_id=programme.id,
        organisation_id=participation.organisation_id,
        state=steps.FINISHED,
        ended_on=date(2025, 3, 28),
        created_at=desk.now(),
    )
    desk.session.add(row)
    desk.commit()
    return row


def test_start_page_leads_to_the_pilot(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    text = sign_in(customer).get("/").text
    assert text.count(f'href="{HOME}{participation.id}"><bdi>Lagerwerk 5</bdi>') == 1
    assert text.count("<h2>Your pilots</h2>") == 1


def test_start_page_of_who_takes_no_part_says_nothing(
    participation: Participation, stranger: Person, sign_in: SignIn
) -> None:
    browser = sign_in(stranger)
    assert "Your pilots" not in browser.get("/").text
    assert "No pilot yet" in browser.get(HOME).text


def test_customer_reads_with_whom_to_speak(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    text = sign_in(customer).get(f"{HOME}{participation.id}").text
    wanted = ("Lagerwerk 5", "No lost pallet in a month.", "Carla Contact", "Dario Deputy")
    assert [each in text for each in wanted] == [True, True, True, True]


def test_only_pilot_is_shown_at_once(
    participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    answer = sign_in(customer).get(HOME)
    assert (answer.status_code, answer.location) == (302, f"{HOME}{participation.id}")


def test_several_pilots_are_listed_and_the_running_one_first(
    second: Participation, customer: Person, sign_in: SignIn
) -> None:
    text = sign_in(customer).get(HOME).text
    places = [text.index(f"<bdi>{title}</bdi>") for title in ("Lagerwerk 5", "Lagerwerk 4")]
    assert places == sorted(places)
    assert text.count("<bdi>Lagerwerk") == 2


def test_pilot_of_another_customer_is_not_there(
    participation: Participation, stranger: Person, sign_in: SignIn
) -> None:
    assert sign_in(stranger).get(f"{HOME}{participation.id}").status_code == 404


def test_who_belongs_to_no_organisation_takes_no_part(
    desk: Desk, participation: Participation
) -> None:
    alone = replace(desk, actor=Actor("A", "customer", None, None, frozenset()))
    assert list(queries.own(alone)) == []
    with pytest.raises(Missing, match="You take part in no such pilot"):
        queries.own_one(alone, participation.id)


def test_agent_has_no_pages_of_a_customer(
    participation: Participation, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    paths = (HOME, f"{HOME}{participation.id}")
    assert [browser.get(path).status_code for path in paths] == [403, 403]


def test_pilot_that_is_over_can_still_be_read(
    desk: Desk, participation: Participation, customer: Person, sign_in: SignIn
) -> None:
    service.move(desk, participation, steps.FINISHED)
    desk.commit()
    text = sign_in(customer).get(f"{HOME}{participation.id}").text
    assert ">Finished<" in text
