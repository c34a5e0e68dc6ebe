# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who speaks for a customer in a pilot: people of that customer, one and a deputy."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from tresen.sdk import Desk, Organisation, Person, Refused
from tresen.testing import factories
from tresen_pilot_service import hooks, queries, service
from tresen_pilot_service.models import Participation, Programme

SignIn = Callable[[Person], FlaskClient]
Values = Callable[..., dict[str, Any]]
EDIT = "/pilot_service/participants/1/edit"
NOBODY = {"ring": "1", "installation_id": "", "contact_id": "", "deputy_id": ""}


@pytest.fixture
def colleague(desk: Desk, customer: Person) -> Person:
    """Return another person of the customer's organisation."""
    home = desk.session.get_one(Organisation, customer.organisation_id)
    return factories.make_customer(desk, "Kolja Kollege", "kolja@kunde.example", home)


@pytest.fixture
def stranger(desk: Desk) -> Person:
    """Return a person of another customer."""
    return factories.make_customer(desk, "Otto Other", "otto@other.example")


@pytest.fixture
def spoken_for(
    desk: Desk,
    participation: Participation,
    participation_values: Values,
    customer: Person,
    colleague: Person,
) -> Participation:
    """Return a participation for which the customer speaks, or else the colleague."""
    named = {"key_user_id": customer.id, "key_user_deputy_id": colleague.id}
    service.change_participation(desk, participation, participation_values() | named)
    desk.commit()
    return participation


@pytest.fixture
def boss(
    desk: Desk, spoken_for: Participation, administrator: Person, sign_in: SignIn
) -> FlaskClient:
    """Return the browser of an administrator."""
    return sign_in(administrator)


def kept(row: Participation) -> tuple[int | None, int | None]:
    return row.key_user_id, row.key_user_deputy_id


def test_key_user_and_deputy_are_kept(
    spoken_for: Participation, customer: Person, colleague: Person
) -> None:
    assert kept(spoken_for) == (customer.id, colleague.id)


def test_key_user_and_deputy_are_two_people(
    desk: Desk, participation: Participation, participation_values: Values, customer: Person
) -> None:
    twice = {"key_user_id": customer.id, "key_user_deputy_id": customer.id}
    with pytest.raises(Refused, match="Key user and deputy must be two people"):
        service.change_participation(desk, participation, participation_values() | twice)


@pytest.mark.parametrize("part", ["key_user_id", "key_user_deputy_id"])
def test_people_of_other_customers_and_agents_are_refused(
    desk: Desk,
    participation: Participation,
    participation_values: Values,
    stranger: Person,
    contact: Person,
    part: str,
) -> None:
    for person in (stranger, contact):
        values = participation_values() | {part: person.id}
        with pytest.raises(Refused, match="must be active people of this customer"):
            service.change_participation(desk, participation, values)
    assert kept(participation) == (None, None)


def test_person_who_is_no_longer_active_is_refused(
    desk: Desk, participation: Participation, participation_values: Values, colleague: Person
) -> None:
    colleague.is_active = False
    desk.session.flush()
    with pytest.raises(Refused, match="must be active people of this customer"):
        values = participation_values() | {"key_user_id": colleague.id}
        service.change_participation(desk, participation, values)


def test_key_user_can_be_named_with_the_invitation(
    desk: Desk, programme: Programme, participation_values: Values, customer: Person
) -> None:
    values = participation_values(customer.organisation_id, key_user_id=customer.id)
    assert kept(service.invite(desk, programme, values)) == (customer.id, None)


def test_invitation_with_a_stranger_is_refused(
    desk: Desk,
    programme: Programme,
    participation_values: Values,
    customer: Person,
    stranger: Person,
) -> None:
    values = participation_values(customer.organisation_id, key_user_id=stranger.id)
    with pytest.raises(Refused, match="must be active people of this customer"):
        service.invite(desk, programme, values)
    assert list(queries.participations(desk, programme.id)) == []


def test_invitation_leads_on_to_the_key_user(
    desk: Desk, programme: Programme, customer: Person, administrator: Person, sign_in: SignIn
) -> None:
    desk.commit()
    sent = NOBODY | {"organisation_id": "Kunde GmbH"}
    boss = sign_in(administrator)
    answer = boss.post("/pilot_service/1/participants/new", data=sent)
    assert (answer.status_code, answer.location) == (302, EDIT)
    page = boss.get(EDIT).text
    assert "The customer is invited. Name the key user now or later." in page


def test_invitation_of_a_customer_without_people_leads_back(
    desk: Desk, programme: Programme, administrator: Person, sign_in: SignIn
) -> None:
    desk.session.add(Organisation(name="Empty AG", created_at=desk.now(), changed_at=desk.now()))
    desk.commit()
    sent = NOBODY | {"organisation_id": "Empty AG"}
    answer = sign_in(administrator).post("/pilot_service/1/participants/new", data=sent)
    assert (answer.status_code, answer.location) == (302, "/pilot_service/1")


def test_form_offers_people_of_the_customer_only(
    stranger: Person, boss: FlaskClient, customer: Person, colleague: Person
) -> None:
    page = boss.get(EDIT).text
    names = ("Karla Kundin", "Kolja Kollege", "Otto Other")
    assert [page.count(f">{name}</option>") for name in names] == [2, 2, 0]
    assert f'selected value="{customer.id}">Karla Kundin</option>' in page


def test_form_names_key_user_and_deputy(
    desk: Desk, boss: FlaskClient, customer: Person, colleague: Person
) -> None:
    named = {"key_user_id": colleague.id, "key_user_deputy_id": customer.id}
    assert boss.post(EDIT, data=NOBODY | named).status_code == 302
    desk.session.expire_all()
    assert kept(queries.participation(desk, 1)) == (colleague.id, customer.id)


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"key_user_id": "99", "key_user_deputy_id": ""}, "Not a valid choice."),
        ({"key_user_id": "x", "key_user_deputy_id": ""}, "Invalid Choice: could not coerce"),
    ],
)
def test_form_refuses_who_is_not_offered(
    boss: FlaskClient, named: dict[str, str], sentence: str
) -> None:
    answer = boss.post(EDIT, data=NOBODY | named)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_form_refuses_one_person_twice_and_keeps_what_was_chosen(
    boss: FlaskClient, colleague: Person, contact: Person
) -> None:
    sent = NOBODY | {"contact_id": contact.id, "key_user_id": colleague.id}
    answer = boss.post(EDIT, data=sent | {"key_user_deputy_id": colleague.id})
    chosen = [f'selected value="{person.id}">' in answer.text for person in (contact, colleague)]
    assert "Key user and deputy must be two people." in answer.text
    assert (answer.status_code, chosen) == (422, [True, True])


def test_page_and_panel_show_either_side(
    desk: Desk, spoken_for: Participation, customer: Person, agent: Person, sign_in: SignIn
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    browser = sign_in(agent)
    page = browser.get("/pilot_service/1").text
    panel = browser.get(f"/tickets/{ticket.number}").text
    assert [name in page for name in ("Karla Kundin", "Kolja Kollege")] == [True, True]
    assert "<dt>Key user</dt><dd>Karla Kundin</dd>" in panel
    assert "<dt>Deputy of the key user</dt><dd>Kolja Kollege</dd>" in panel


def test_hook_rest_extras_names_either_side(
    desk: Desk, spoken_for: Participation, customer: Person, colleague: Person
) -> None:
    ticket = factories.make_ticket(desk, customer)
    (found,) = hooks.rest_extras(desk, [ticket])
    told = found[ticket.id]
    assert (told["key_user_id"], told["key_user_deputy_id"]) == (customer.id, colleague.id)


def test_key_user_is_told_of_the_part(
    desk: Desk, spoken_for: Participation, customer: Person, colleague: Person
) -> None:
    found = [hooks.personal_data(desk, person)[0].rows for person in (customer, colleague)]
    parts = [[row["part"] for row in rows] for rows in found]
    assert parts == [["key user"], ["deputy of the key user"]]


def test_deputy_steps_in_for_an_erased_key_user(
    desk: Desk, spoken_for: Participation, customer: Person, colleague: Person
) -> None:
    factories.erase_person(desk, customer)
    assert kept(spoken_for) == (colleague.id, None)


def test_key_user_stays_when_the_deputy_is_erased(
    desk: Desk, spoken_for: Participation, customer: Person, colleague: Person
) -> None:
    factories.erase_person(desk, colleague)
    assert kept(spoken_for) == (customer.id, None)


def test_erasing_a_key_user_leaves_our_side_alone(
    desk: Desk,
    participation: Participation,
    participation_values: Values,
    customer: Person,
    contact: Person,
    deputy: Person,
) -> None:
    ours = {"contact_id": contact.id, "deputy_id": deputy.id}
    values = participation_values(**ours) | {"key_user_id": customer.id}
    service.change_participation(desk, participation, values)
    factories.erase_person(desk, customer)
    assert (participation.contact_id, participation.deputy_id) == (contact.id, deputy.id)
    assert kept(participation) == (None, None)


def test_customer_reads_nothing_of_the_own_part(
    desk: Desk, spoken_for: Participation, customer: Person, sign_in: SignIn
) -> None:
    ticket = factories.make_ticket(desk, customer)
    desk.commit()
    page = sign_in(customer).get(f"/requests/{ticket.number}").text
    assert [word in page for word in ("Pilot", "Key user", "Carla Contact")] == [False] * 3


def test_key_user_is_read_in_german(desk: Desk, boss: FlaskClient, administrator: Person) -> None:
    desk.session.get_one(Person, administrator.id).language = "de"
    desk.commit()
    assert "Stellvertretung des Key-Users" in boss.get(EDIT).text
