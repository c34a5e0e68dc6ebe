# SPDX-License-Identifier: AGPL-3.0-or-later
"""Administrators export and erase a person from the person's page; nobody else is offered it."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.desk import Core, Desk, desk_for
from tresen.people import privacy
from tresen.people.models import ERASED, EmailAddress, Person
from tresen.testing import factories

SignIn = Callable[[Person], FlaskClient]


def role(core: Core, person: Person) -> str:
    with desk_for(core) as desk:
        return desk.session.scalars(select(Person.role).where(Person.id == person.id)).one()


def test_person_is_exported_as_a_file(
    administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    answer = sign_in(administrator).post(f"/people/{customer.id}/export")
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="person-{customer.id}.json"'
    )
    assert json.loads(answer.text)["person"] == customer.id


def test_page_says_what_erasing_means(
    administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    page = sign_in(administrator).get(f"/people/{customer.id}/erase").text
    assert [word in page for word in ("Erase Karla Kundin", "cannot be undone", "raw mails")] == [
        True,
        True,
        True,
    ]


def test_page_names_plugins_that_are_not_asked(
    core: Core, administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    core.plugins.set_aside["early_detection"] = "It is switched off."
    page = sign_in(administrator).get(f"/people/{customer.id}/erase").text
    assert "what they keep stays: early_detection." in page


def test_nothing_is_erased_without_the_word_that_it_is_meant(
    core: Core, administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    answer = sign_in(administrator).post(f"/people/{customer.id}/erase")
    assert (answer.status_code, role(core, customer)) == (422, "customer")


def test_erased_person_is_gone_from_the_list(
    core: Core, administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    answer = browser.post(
        f"/people/{customer.id}/erase", data={"is_meant": "y"}, follow_redirects=True
    )
    assert "Karla Kundin is erased." in answer.text
    assert (role(core, customer), f'"/people/{customer.id}"' in answer.text) == (ERASED, False)


def test_nobody_erases_themselves_on_the_page(
    core: Core, administrator: Person, sign_in: SignIn
) -> None:
    answer = sign_in(administrator).post(
        f"/people/{administrator.id}/erase", data={"is_meant": "y"}
    )
    assert (answer.status_code, role(core, administrator)) == (422, "administrator")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Erased person"), ("de", "Gelöschte Person")]
)
def test_pages_show_an_erased_person_in_the_readers_language(
    desk: Desk, administrator: Person, customer: Person, sign_in: SignIn, language: str, said: str
) -> None:
    ticket = factories.make_ticket(desk, customer)
    privacy.erase(desk, customer.id)
    desk.session.get_one(Person, administrator.id).language = language
    desk.commit()
    browser = sign_in(administrator)
    paths = (f"/people/{customer.id}", f"/tickets/{ticket.number}", "/tickets/")
    pages = [browser.get(path).text for path in paths]
    assert [(said in page, "Karla" in page) for page in pages] == [(True, False)] * 3


def test_page_of_an_erased_person_offers_no_verb(
    desk: Desk, administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    privacy.erase(desk, customer.id)
    desk.commit()
    page = sign_in(administrator).get(f"/people/{customer.id}").text
    verbs = ("edit", "rights", "export", "erase", "invite")
    assert [f"/people/{customer.id}/{verb}" in page for verb in verbs] == [False] * len(verbs)


def test_agent_is_offered_neither(agent: Person, customer: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get(f"/people/{customer.id}").text
    verbs = ("export", "erase")
    assert [f"/people/{customer.id}/{verb}" in page for verb in verbs] == [False, False]


def test_address_is_free_again(core: Core, desk: Desk, customer: Person) -> None:
    privacy.erase(desk, customer.id)
    again = factories.make_customer(desk)
    owners = desk.session.scalars(select(EmailAddress.person_id)).all()
    assert (list(owners), again.id == customer.id) == ([again.id], False)
