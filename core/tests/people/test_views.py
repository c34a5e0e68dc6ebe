# SPDX-License-Identifier: AGPL-3.0-or-later
"""Agents look after people and organisations; administrators after rights and teams."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from tresen.access import service as access
from tresen.access.models import OneTimeLink
from tresen.desk import Core, Desk, desk_for
from tresen.journal.queries import entries_of
from tresen.people import service
from tresen.people.models import EmailAddress, Organisation, Person, Team, TeamMember
from tresen.testing import factories

SignIn = Callable[[Person], FlaskClient]


def row(core: Core, person_id: int) -> Person:
    with desk_for(core) as desk:
        return desk.session.get_one(Person, person_id)


def test_people_are_listed_by_name(agent: Person, customer: Person, sign_in: SignIn) -> None:
    page = sign_in(agent).get("/people/").text
    assert page.index("Anna Agent") < page.index("Karla Kundin")
    assert "karla@kunde.example" in page


@pytest.mark.parametrize("question", ["karla", "Kundin", "karla@kunde.example", "kund"])
def test_people_are_found_by_name_and_address(
    agent: Person, customer: Person, sign_in: SignIn, question: str
) -> None:
    page = sign_in(agent).get("/people/", query_string={"q": question}).text
    found = [f'href="/people/{person.id}"' in page for person in (customer, agent)]
    assert found == [True, False]


def test_long_list_goes_on_behind_its_last_name(desk: Desk, agent: Person, sign_in: SignIn) -> None:
    for number in range(60):
        factories.make_person(desk, f"P{number:02}", f"p{number}@p.example")
    desk.commit()
    browser = sign_in(agent)
    first = browser.get("/people/").text
    start = first.index("/people/?after=")
    second = browser.get(first[start : first.index('"', start)].replace("&amp;", "&")).text
    shown = [
        [f"P{number:02}</bdi>" in page for number in (0, 48, 49, 59)] for page in (first, second)
    ]
    assert shown == [[True, True, False, False], [False, False, True, True]]


def test_person_page_shows_addresses_and_whether_they_are_proven(
    desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    person = service.add_person(desk, "Nora Neu", "nora@neu.example")
    desk.commit()
    page = sign_in(agent).get(f"/people/{person.id}").text
    assert ("nora@neu.example" in page, "not proven" in page) == (True, True)


def test_atk_m16_name_is_text_wherever_it_stands(
    desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    name = "<img src=x onerror=alert(1)>"
    person = service.add_person(desk, name, "x@x.example")
    desk.commit()
    browser = sign_in(agent)
    pages = [browser.get(path).text for path in ("/people/", f"/people/{person.id}")]
    assert [name in page for page in pages] == [False, False]
    assert ["&lt;img src=x" in page for page in pages] == [True, True]


def test_new_person_is_added(core: Core, agent: Person, customer: Person, sign_in: SignIn) -> None:
    data = {
        "name": "Nora Neu",
        "address": "Nora@neu.example",
        "organisation_id": "Kunde GmbH",
        "phone": "1",
    }
    answer = sign_in(agent).post("/people/new", data=data)
    made = row(core, int(answer.location.rpartition("/")[2]))
    assert (made.name, made.role, made.organisation_id, made.phone) == (
        "Nora Neu",
        "customer",
        customer.organisation_id,
        "1",
    )


def test_second_person_of_an_address_is_refused_and_keeps_what_was_typed(
    agent: Person, customer: Person, sign_in: SignIn
) -> None:
    data = {"name": "Typed Name", "address": "karla@kunde.example"}
    answer = sign_in(agent).post("/people/new", data=data)
    assert (answer.status_code, "Typed Name" in answer.text) == (422, True)
    assert "belongs to somebody already" in answer.text


def test_change_is_saved_and_recorded(
    core: Core, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    data = {"name": "Karla Meier", "organisation_id": ""}
    sign_in(agent).post(f"/people/{customer.id}/edit", data=data)
    changed = row(core, customer.id)
    with desk_for(core) as desk:
        fields = {entry.field for entry in entries_of(desk, "person", customer.id) if entry.field}
    assert (changed.name, changed.organisation_id, fields) == (
        "Karla Meier",
        None,
        {"name", "organisation_id"},
    )


@pytest.mark.parametrize("field", ["role", "is_active", "sees_organisation"])
def test_atk_z04_agent_changes_no_rights(
    core: Core, agent: Person, customer: Person, sign_in: SignIn, field: str
) -> None:
    before = getattr(customer, field)
    browser = sign_in(agent)
    browser.post(f"/people/{customer.id}/edit", data={"name": "K", field: "administrator"})
    refused = browser.post(f"/people/{customer.id}/rights", data={"role": "administrator"})
    assert (refused.status_code, getattr(row(core, customer.id), field)) == (403, before)


def test_atk_z04_agent_changes_no_other_agent(
    core: Core, agent: Person, administrator: Person, sign_in: SignIn
) -> None:
    answer = sign_in(agent).post(f"/people/{administrator.id}/edit", data={"name": "Mallory"})
    assert (answer.status_code, row(core, administrator.id).name) == (403, "Ada Admin")


def test_administrator_changes_rights(
    core: Core, administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    data = {"role": "agent", "sees_organisation": "y", "is_active": "y"}
    sign_in(administrator).post(f"/people/{customer.id}/rights", data=data)
    changed = row(core, customer.id)
    assert (changed.role, changed.sees_organisation, changed.is_active) == ("agent", True, True)


@pytest.mark.parametrize("data", [{"role": "agent", "is_active": "y"}, {"role": "administrator"}])
def test_last_administrator_stays(
    core: Core, administrator: Person, sign_in: SignIn, data: dict[str, str]
) -> None:
    answer = sign_in(administrator).post(f"/people/{administrator.id}/rights", data=data)
    kept = row(core, administrator.id)
    assert (answer.status_code, kept.role, kept.is_active) == (422, "administrator", True)


def test_organisation_is_added_changed_and_shown_with_its_people(
    desk: Desk, core: Core, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    path = browser.post("/people/organisations/new", data={"name": "Neu GmbH"}).location
    number = int(path.rpartition("/")[2])
    browser.post(f"{path}/edit", data={"name": "Neu & Co", "note": "Pays late"})
    service.add_customer(desk, "Nora Neu", "nora@neu.example", number)
    desk.commit()
    page, listed = browser.get(path).text, browser.get("/people/organisations/").text
    assert ["Neu &amp; Co" in page, "Pays late" in page, "Nora Neu" in page] == [True] * 3
    assert "Neu &amp; Co" in listed


def test_team_is_added_and_its_members_changed(
    core: Core, administrator: Person, agent: Person, sign_in: SignIn
) -> None:
    browser = sign_in(administrator)
    browser.post("/teams/new", data={"name": "First tier", "members": [str(agent.id)]})
    with desk_for(core) as desk:
        team = desk.session.scalars(select(Team)).one()
        before = desk.session.scalars(select(TeamMember.person_id)).all()
    data = {"name": "Tier one", "is_restricted": "y", "members": [str(administrator.id)]}
    browser.post(f"/teams/{team.id}", data=data)
    with desk_for(core) as desk:
        team = desk.session.scalars(select(Team)).one()
        after = desk.session.scalars(select(TeamMember.person_id)).all()
    assert (before, after) == ([agent.id], [administrator.id])
    assert (team.name, team.is_restricted) == ("Tier one", True)


def test_second_team_of_a_name_is_refused(
    desk: Desk, administrator: Person, sign_in: SignIn
) -> None:
    service.add_team(desk, "First tier", [])
    desk.commit()
    answer = sign_in(administrator).post("/teams/new", data={"name": "First tier"})
    assert (answer.status_code, "There is a team First tier already." in answer.text) == (422, True)


def test_customer_cannot_be_in_a_team(
    core: Core, administrator: Person, customer: Person, sign_in: SignIn
) -> None:
    data = {"name": "First tier", "members": [str(customer.id)]}
    answer = sign_in(administrator).post("/teams/new", data=data)
    with desk_for(core) as desk:
        assert (answer.status_code, desk.session.scalars(select(Team)).all()) == (422, [])


@pytest.mark.parametrize(
    "path", ["/people/", "/people/1", "/people/organisations/", "/people/new", "/teams/"]
)
def test_customer_sees_no_people(customer: Person, sign_in: SignIn, path: str) -> None:
    assert sign_in(customer).get(path).status_code == 403


@pytest.mark.parametrize("path", ["/people/99", "/people/organisations/99", "/people/99/edit"])
def test_what_does_not_exist_is_missing(agent: Person, sign_in: SignIn, path: str) -> None:
    assert sign_in(agent).get(path).status_code == 404


def test_invitation_sends_a_link(
    core: Core, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    sign_in(agent).post(f"/people/{customer.id}/invite")
    with desk_for(core) as desk:
        owners = desk.session.scalars(
            select(EmailAddress.person_id).join(
                OneTimeLink, OneTimeLink.address_id == EmailAddress.id
            )
        ).all()
    assert owners == [customer.id]


def test_person_page_says_how_the_person_signs_in(
    desk: Desk, agent: Person, customer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(agent)
    before = browser.get(f"/people/{customer.id}").text
    access.set_password(desk, customer, "a sentence is a fine password")
    desk.commit()
    after = browser.get(f"/people/{customer.id}").text
    assert ("Has no password yet." in before, "Signs in with a password." in after) == (True, True)


def test_organisation_of_a_person_can_be_left_out(
    desk: Desk, agent: Person, sign_in: SignIn
) -> None:
    data = {"name": "Solo", "address": "solo@solo.example", "organisation_id": ""}
    sign_in(agent).post("/people/new", data=data)
    assert desk.session.scalars(select(Organisation)).all() == []
