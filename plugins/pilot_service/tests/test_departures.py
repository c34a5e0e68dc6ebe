# SPDX-License-Identifier: AGPL-3.0-or-later
"""A contact who leaves is seen at once, on either side, wherever the participation is shown."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock
from tresen_pilot_service import departures, queries, service, steps
from tresen_pilot_service.models import Participation

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
TODAY = date(2026, 3, 10)
CONTACT = "Support contact Carla Contact is no longer an active agent."
DEPUTY = "Deputy Dario Deputy is no longer an active agent."
ERASED = "A contact was erased, and nobody was named instead."


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return another person of the customer's organisation."""
    home = desk.session.get_one(Organisation, customer.organisation_id)
    return factories.make_customer(desk, "Kolja Kollege", "kolja@kunde.example", home)


@pytest.fixture
def named(
    contact: Person, deputy: Person, customer: Person, colleague: Person
) -> dict[str, int | None]:
    """Return who is named on either side."""
    return {
        "contact_id": contact.id,
        "deputy_id": deputy.id,
        "key_user_id": customer.id,
        "key_user_deputy_id": colleague.id,
    }


@pytest.fixture
def staffed(
    desk: Desk,
    participation: Participation,
    participation_values: Values,
    named: dict[str, int | None],
) -> Participation:
    """Return an active participation in which all four parts are taken."""
    service.change_participation(desk, participation, participation_values() | named)
    desk.commit()
    return participation


def seen(desk: Desk, day: date = TODAY) -> list[str]:
    """Return what is said of the one participation, asked anew."""
    desk.session.flush()
    desk.session.expire_all()
    return departures.departures(queries.participation(desk, 1), day)


def test_nobody_left_while_all_are_there(desk: Desk, staffed: Participation) -> None:
    assert seen(desk) == []


def test_part_that_was_never_taken_is_no_departure(
    desk: Desk, participation: Participation, participation_values: Values
) -> None:
    service.change_participation(desk, participation, participation_values())
    assert seen(desk) == []


@pytest.mark.parametrize("changed", [{"is_active": False}, {"role": "customer"}])
def test_agent_who_is_deactivated_or_no_agent_any_more_has_left(
    desk: Desk,
    staffed: Participation,
    contact: Person,
    deputy: Person,
    changed: dict[str, Any],
) -> None:
    for person in (contact, deputy):
        for name, value in changed.items():
            setattr(person, name, value)
    assert seen(desk) == [CONTACT, DEPUTY]


def test_administrator_can_care_for_a_customer(
    desk: Desk, staffed: Participation, contact: Person
) -> None:
    contact.role = "administrator"
    assert seen(desk) == []


def test_key_user_who_moves_to_another_customer_has_left(
    desk: Desk, staffed: Participation, customer: Person, colleague: Person
) -> None:
    other = factories.make_customer(desk, "Otto Other", "otto@other.example")
    customer.organisation_id = other.organisation_id
    colleague.organisation_id = None
    assert seen(desk) == [
        "Key user Karla Kundin no longer belongs to Kunde GmbH.",
        "Deputy of the key user Kolja Kollege no longer belongs to Kunde GmbH.",
    ]


def test_key_user_who_is_deactivated_has_left(
    desk: Desk, staffed: Participation, customer: Person
) -> None:
    customer.is_active = False
    assert seen(desk) == ["Key user Karla Kundin is no longer active at Kunde GmbH."]


def test_key_user_who_comes_back_is_flagged_no_more(
    desk: Desk, staffed: Participation, customer: Person
) -> None:
    customer.is_active = False
    before = len(seen(desk))
    customer.is_active = True
    assert (before, seen(desk)) == (1, [])


@pytest.mark.parametrize("part", ["contact_id", "deputy_id", "key_user_id", "key_user_deputy_id"])
def test_erased_person_leaves_a_vacancy_until_somebody_looks(
    desk: Desk,
    staffed: Participation,
    participation_values: Values,
    named: dict[str, int | None],
    part: str,
) -> None:
    factories.erase_person(desk, desk.session.get_one(Person, named[part]))
    assert seen(desk) == [ERASED]
    service.change_participation(desk, queries.participation(desk, 1), participation_values())
    assert seen(desk) == []


def test_participation_that_ended_is_not_flagged(
    desk: Desk, staffed: Participation, contact: Person
) -> None:
    contact.is_active = False
    service.move(desk, staffed, steps.FINISHED)
    assert seen(desk) == []


@pytest.mark.parametrize(("day", "said"), [(date(2026, 3, 31), [CONTACT]), (date(2026, 4, 1), [])])
def test_participation_is_flagged_through_the_programmes_last_day(
    desk: Desk, staffed: Participation, contact: Person, day: date, said: list[str]
) -> None:
    contact.is_active = False
    assert seen(desk, day) == said


@pytest.mark.parametrize("path", [(), ("agreed",)])
def test_participation_is_flagged_before_it_is_active(
    desk: Desk, invited: Participation, contact: Person, path: tuple[str, ...]
) -> None:
    for state in path:
        service.move(desk, invited, state)
    contact.is_active = False
    assert seen(desk) == [CONTACT]


def test_ticket_goes_to_the_deputy_of_who_is_no_agent_any_more(
    desk: Desk, staffed: Participation, customer: Person, contact: Person, deputy: Person
) -> None:
    contact.role = "customer"
    desk.session.flush()
    assert factories.make_ticket(desk, customer).owner_id == deputy.id


def test_ticket_goes_to_the_team_when_both_have_left(
    desk: Desk, staffed: Participation, customer: Person, contact: Person, deputy: Person
) -> None:
    contact.role, deputy.is_active = "customer", False
    desk.session.flush()
    ticket = factories.make_ticket(desk, customer)
    assert (ticket.owner_id, ticket.team_id) == (None, staffed.programme.team_id)


def test_list_counts_contacts_who_left(
    desk: Desk,
    staffed: Participation,
    contact: Person,
    customer: Person,
    agent: Person,
    sign_in: SignIn,
) -> None:
    browser, shown = sign_in(agent), []
    for person in (contact, customer):
        shown.append(browser.get("/pilot_service/").text)
        desk.session.get_one(Person, person.id).is_active = False
        desk.commit()
    shown.append(browser.get("/pilot_service/").text)
    words = ("a contact gone", "2 contacts gone")
    assert [[word in page for word in words] for page in shown] == [
        [False, False],
        [True, False],
        [False, True],
    ]


def test_list_leaves_programmes_of_the_past_alone(
    desk: Desk, clock: SteppedClock, staffed: Participation, contact: Person
) -> None:
    contact.is_active = False
    desk.session.flush()
    counts = [departures.by_programme(queries.open_participations(desk), TODAY)]
    clock.go(days=30)
    counts.append(departures.by_programme(queries.open_participations(desk), TODAY))
    assert counts == [{1: 1}, {}]


def test_page_and_panel_say_who_left(
    desk: Desk,
    staffed: Participation,
    customer: Person,
    contact: Person,
    agent: Person,
    sign_in: SignIn,
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.session.get_one(Person, contact.id).is_active = False
    desk.commit()
    browser = sign_in(agent)
    for path in ("/pilot_service/1", f"/tickets/{ticket.number}"):
        page = browser.get(path).text
        assert [word in page for word in (CONTACT, "contact gone", "no contact")] == [
            True,
            True,
            False,
        ]


def test_page_says_no_contact_only_where_tickets_are_routed(
    desk: Desk,
    invited: Participation,
    contact: Person,
    deputy: Person,
    agent: Person,
    sign_in: SignIn,
) -> None:
    contact.is_active = deputy.is_active = False
    desk.commit()
    page = sign_in(agent).get("/pilot_service/1").text
    assert [word in page for word in ("contact gone", "no contact", "go to the team")] == [
        True,
        False,
        False,
    ]


def test_departure_is_read_in_german(
    desk: Desk,
    staffed: Participation,
    contact: Person,
    customer: Person,
    agent: Person,
    sign_in: SignIn,
) -> None:
    contact.is_active = False
    customer.organisation_id = None
    agent.language = "de"
    desk.commit()
    page = sign_in(agent).get("/pilot_service/1").text
    sentences = (
        "Ansprechpartner Carla Contact arbeitet nicht mehr als Agent.",
        "Key-User Karla Kundin gehört nicht mehr zu Kunde GmbH.",
        "Ansprechpartner ausgeschieden",
    )
    assert [sentence in page for sentence in sentences] == [True, True, True]
