# SPDX-License-Identifier: AGPL-3.0-or-later
"""The field of an organisation: suggestions while one types, a sentence for what is not known."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tresen.desk import Desk
from tresen.people import service
from tresen.people.models import Organisation, Person
from tresen.testing.statements import recorded

SignIn = Callable[[Person], FlaskClient]
KNOWN = "/people/organisations/known?of=organisation_id&organisation_id="


@pytest.fixture
def browser(agent: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(agent)


@pytest.fixture
def twins(desk: Desk) -> list[int]:
    """Return the ids of two organisations of one name."""
    made = [service.add_organisation(desk, "Nord GmbH") for _number in range(2)]
    desk.commit()
    return [each.id for each in made]


def added(browser: FlaskClient, organisation: str) -> tuple[int, str]:
    data = {"name": "Nora", "address": "nora@nord.example", "organisation_id": organisation}
    answer = browser.post("/people/new", data=data)
    return answer.status_code, answer.text


def homes(desk: Desk) -> list[int | None]:
    desk.session.expire_all()
    found = desk.session.query(Person).filter_by(name="Nora").all()
    desk.commit()
    return [person.organisation_id for person in found]


def test_page_carries_one_name_and_not_all_of_them(
    browser: FlaskClient, desk: Desk, customer: Person
) -> None:
    service.add_organisation(desk, "Elsewhere AG")
    desk.commit()
    page = browser.get(f"/people/{customer.id}/edit").text
    assert ('value="Kunde GmbH"' in page, "Elsewhere AG" in page) == (True, False)
    assert 'list="organisation_id-known"' in page
    assert '<datalist id="organisation_id-known"></datalist>' in page
    assert 'hx-get="/people/organisations/known?of=organisation_id"' in page


def test_organisation_stands_in_the_form_that_was_opened_from_it(
    browser: FlaskClient, customer: Person
) -> None:
    page = browser.get(f"/people/new?organisation={customer.organisation_id}").text
    assert 'value="Kunde GmbH"' in page


def test_person_of_a_namesake_is_added_by_its_label(
    browser: FlaskClient, desk: Desk, twins: list[int]
) -> None:
    status, page = added(browser, " Nord GmbH ")
    assert (status, homes(desk)) == (422, [])
    labels = ", ".join(f"Nord GmbH #{each}" for each in twins)
    assert f"Several organisations are called so. Write which: {labels}." in page
    assert added(browser, f"Nord GmbH #{twins[1]}")[0] == 302
    assert homes(desk) == [twins[1]]


def test_unknown_name_is_refused_and_stays_in_the_form(browser: FlaskClient, desk: Desk) -> None:
    status, page = added(browser, "<b>Weg</b>")
    assert (status, homes(desk)) == (422, [])
    assert "There is no organisation “&lt;b&gt;Weg&lt;/b&gt;”." in page
    assert 'value="&lt;b&gt;Weg&lt;/b&gt;"' in page


def test_what_a_form_leaves_out_stays(browser: FlaskClient, desk: Desk, customer: Person) -> None:
    home = customer.organisation_id
    browser.post(f"/people/{customer.id}/edit", data={"name": "Karla Meier"})
    desk.session.refresh(customer)
    assert (customer.name, customer.organisation_id) == ("Karla Meier", home)


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize(
    ("begun", "options"),
    [
        ("kun", '<option value="Kunde GmbH"></option>'),
        ("<b>", ""),
        ("", ""),
    ],
)
def test_suggestions_are_options(browser: FlaskClient, begun: str, options: str) -> None:
    page = browser.get(f"{KNOWN}{begun}").text
    assert page.strip() == options


def test_suggestions_of_a_dead_session_interrupt_nobody(client: FlaskClient) -> None:
    answer = client.get(f"{KNOWN}kun", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.data, "HX-Redirect" in answer.headers) == (204, b"", False)


def test_field_asks_for_one_row_however_many_there_are(
    app: Flask, browser: FlaskClient, desk: Desk, customer: Person
) -> None:
    def statements() -> int:
        with recorded(desk.core.engine) as found:
            browser.get(f"/people/{customer.id}/edit")
        return len(found)

    before = statements()
    desk.session.add_all(
        Organisation(name=f"Home {number}", created_at=desk.now(), changed_at=desk.now())
        for number in range(40)
    )
    desk.commit()
    assert statements() == before
