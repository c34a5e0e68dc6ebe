# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may change whom, what is recorded of it, and how people are found."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tresen.access import service as access
from tresen.access import tokens
from tresen.desk import Core, Desk
from tresen.errors import NeedsPermission, Refused
from tresen.journal.queries import entries_of
from tresen.people import queries, search, service
from tresen.people.models import EmailAddress, Organisation, Person, Team, normal_address
from tresen.testing import factories
from tresen.testing.statements import recorded

SignIn = Callable[[Person], FlaskClient]
History = list[tuple[str, str, object, object]]


def history(desk: Desk, kind: str, subject_id: int) -> History:
    """Return action, field, old and new of every entry, the oldest first."""
    desk.session.flush()
    found = reversed(entries_of(desk, kind, subject_id))
    return [(entry.action, entry.field, entry.old, entry.new) for entry in found]


def acting(desk: Desk, person: Person) -> Desk:
    return replace(desk, actor=access.actor_for(desk, person))


@pytest.fixture
def team(desk: Desk, agent: Person) -> Team:
    made = service.add_team(desk, "Service", [agent])
    desk.commit()
    return made


@pytest.fixture
def german(desk: Desk, customer: Person, administrator: Person, sign_in: SignIn) -> FlaskClient:
    """Return the browser of an administrator who reads German; the customer is the first person."""
    desk.session.get_one(Person, administrator.id).language = "de"
    desk.commit()
    return sign_in(administrator)


@given(st.text(max_size=60))
def test_normal_form_of_an_address_is_its_own(address: str) -> None:
    once = normal_address(address)
    assert normal_address(once) == once


@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_atk_z04_agent_changes_nobody_who_works_here(desk: Desk, agent: Person, role: str) -> None:
    other = factories.make_person(desk, "Otto", "otto@tresen.example", role=role)
    with pytest.raises(NeedsPermission) as refusal:
        service.change_person(acting(desk, agent), other, {"phone": "1"})
    assert (refusal.value.permission, other.phone) == ("people.administer", "")


def test_agent_changes_a_customer_and_administrator_an_agent(
    desk: Desk, agent: Person, administrator: Person, customer: Person
) -> None:
    service.change_person(acting(desk, agent), customer, {"phone": "1"})
    service.change_person(acting(desk, administrator), agent, {"phone": "2"})
    assert (customer.phone, agent.phone) == ("1", "2")


def test_atk_z04_agents_token_changes_no_administrator(
    desk: Desk, client: FlaskClient, agent: Person, administrator: Person, customer: Person
) -> None:
    key = tokens.make_token(desk, agent, "key", ("people.read", "people.change"))
    desk.commit()
    head = {"Authorization": f"Bearer {key}"}
    codes = [
        client.patch(f"/api/v1/people/{each.id}", json={"name": "X"}, headers=head).status_code
        for each in (customer, agent, administrator)
    ]
    assert codes == [200, 403, 403]


def test_change_is_recorded_field_by_field(desk: Desk, customer: Person) -> None:
    wanted = {"name": "Karla Neu", "phone": "030 1", "job_title": ""}
    service.change_person(desk, customer, wanted)
    assert history(desk, "person", customer.id) == [
        ("added", "", None, None),
        ("changed", "name", "Karla Kundin", "Karla Neu"),
        ("changed", "phone", "", "030 1"),
    ]


def test_renamed_person_is_found_by_the_new_name_only(desk: Desk, customer: Person) -> None:
    service.change_person(desk, customer, {"name": "Nele Neu"})
    desk.session.flush()
    names = [
        sorted(each.name for _place, each in queries.people_found(desk, word, {}, None, 50))
        for word in ("Nele", "Kundin", "karla@kunde.example")
    ]
    assert names == [["Nele Neu"], [], ["Nele Neu"]]


def test_person_can_leave_their_organisation(desk: Desk, customer: Person) -> None:
    old = customer.organisation_id
    service.change_person(desk, customer, {"organisation_id": None})
    assert customer.organisation_id is None
    assert history(desk, "person", customer.id)[-1] == ("changed", "organisation_id", old, None)


@pytest.mark.parametrize("verb", ["add", "change"])
def test_unknown_organisation_is_named(desk: Desk, customer: Person, verb: str) -> None:
    with pytest.raises(Refused) as refusal:
        if verb == "add":
            service.add_customer(desk, "Nora", "nora@neu.example", 77)
        else:
            service.change_person(desk, customer, {"organisation_id": 77})
    assert refusal.value.sentence == "There is no organisation 77."


def test_customer_is_added_with_all_that_is_known(desk: Desk, customer: Person) -> None:
    made = service.add_customer(
        desk, " Nora ", "Nora@Neu.example", customer.organisation_id, phone="1", job_title="Boss"
    )
    assert (made.name, made.role, made.organisation_id, made.phone, made.job_title) == (
        "Nora",
        "customer",
        customer.organisation_id,
        "1",
        "Boss",
    )


def test_organisations_change_is_recorded_and_stamped(desk: Desk, customer: Person) -> None:
    organisation = desk.session.get_one(Organisation, customer.organisation_id)
    service.change_organisation(desk, organisation, {"name": "Kunde AG", "note": ""})
    assert history(desk, "organisation", organisation.id) == [
        ("added", "", None, None),
        ("changed", "name", "Kunde GmbH", "Kunde AG"),
    ]


def test_change_of_members_is_recorded_from_whom_to_whom(
    desk: Desk, team: Team, agent: Person, administrator: Person
) -> None:
    wanted = {"name": " Second ", "is_restricted": True}
    service.change_team(desk, team, wanted, [administrator, agent])
    assert history(desk, "team", team.id) == [
        ("added", "", None, None),
        ("changed", "name", "Service", "Second"),
        ("changed", "is_restricted", False, True),
        ("changed", "members", ["Anna Agent"], ["Ada Admin", "Anna Agent"]),
    ]


def test_team_that_stays_as_it_is_records_nothing(desk: Desk, team: Team, agent: Person) -> None:
    service.change_team(desk, team, {"name": "Service", "is_restricted": False}, [agent])
    assert history(desk, "team", team.id) == [("added", "", None, None)]


def test_customer_gets_into_a_team_by_no_change(
    desk: Desk, team: Team, agent: Person, customer: Person
) -> None:
    with pytest.raises(Refused) as refusal:
        service.change_team(desk, team, {"name": "Service"}, [agent, customer])
    assert refusal.value.sentence == "Karla Kundin is no agent and cannot be in a team."
    assert queries.member_ids(desk, team.id) == [agent.id]


@pytest.mark.parametrize("name", ["Service", " Service "])
def test_name_of_a_team_is_taken_once_by_change_too(desk: Desk, team: Team, name: str) -> None:
    other = service.add_team(desk, "Second", [])
    with pytest.raises(Refused, match="There is a team"):
        service.change_team(desk, other, {"name": name}, [])


def test_member_who_may_not_sign_in_stays_in_the_team_that_is_saved(
    desk: Desk, core: Core, team: Team, agent: Person, administrator: Person, sign_in: SignIn
) -> None:
    desk.session.get_one(Person, agent.id).is_active = False
    desk.commit()
    browser = sign_in(administrator)
    page = browser.get(f"/teams/{team.id}").text
    sent = {"name": "Service", "members": [str(agent.id)]}
    saved = browser.post(f"/teams/{team.id}", data=sent)
    assert (page.count("Anna Agent"), saved.status_code) == (1, 302)
    assert queries.member_ids(desk, team.id) == [agent.id]


def test_person_who_may_not_sign_in_any_more_is_signed_out_at_once(
    desk: Desk, customer: Person, administrator: Person, sign_in: SignIn
) -> None:
    browser = sign_in(customer)
    before = browser.get("/account/").status_code
    sent = {"role": "customer"}
    sign_in(administrator).post(f"/people/{customer.id}/rights", data=sent)
    assert (before, browser.get("/account/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("wanted", "is_refused"),
    [
        ({"role": "agent"}, True),
        ({"is_active": False}, True),
        ({"role": "administrator", "is_active": True}, False),
        ({"sees_organisation": True}, False),
    ],
)
def test_only_what_ends_the_last_administration_is_refused(
    desk: Desk, administrator: Person, wanted: dict[str, object], is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(Refused, match="Ada Admin is the last administrator"):
            service.change_rights(desk, administrator, wanted)
    else:
        service.change_rights(desk, administrator, wanted)
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_inactive_administrator_does_not_count_as_another(
    desk: Desk, administrator: Person
) -> None:
    other = factories.make_person(desk, "Alt", "alt@tresen.example", role="administrator")
    other.is_active = False
    desk.session.flush()
    with pytest.raises(Refused, match="last administrator"):
        service.change_rights(desk, administrator, {"role": "agent"})


@pytest.mark.parametrize(
    ("is_primary", "address"),
    [((True, True), "karla@kunde.example"), ((False, True), "zweite@kunde.example")],
)
def test_mail_goes_to_the_primary_address_the_oldest_of_them(
    desk: Desk, customer: Person, is_primary: tuple[bool, bool], address: str
) -> None:
    desk.session.scalars(select(EmailAddress)).one().is_primary = is_primary[0]
    second = EmailAddress(person_id=customer.id, address="zweite@kunde.example")
    second.is_primary = is_primary[1]
    desk.session.add(second)
    desk.session.flush()
    assert queries.primary_address(desk, customer.id) == address


def test_people_page_goes_on_behind_two_of_one_name(desk: Desk) -> None:
    twins = [service.add_person(desk, "Kim", f"kim{n}@x.example") for n in range(2)]
    found = queries.people_by_name(desk, {}, ("Kim", twins[0].id))
    assert [each.id for each in found] == [twins[1].id]


@pytest.mark.parametrize(("role", "count"), [("agent", 1), ("customer", 0)])
def test_search_shows_people_to_who_may_see_them(
    desk: Desk, agent: Person, customer: Person, role: str, count: int
) -> None:
    asking = acting(desk, {"agent": agent, "customer": customer}[role])
    found = select(Person.id).where(search.scope(asking), Person.id == customer.id)
    assert len(desk.session.scalars(found).all()) == count


def test_search_shows_name_organisation_and_the_way_there(
    desk: Desk, agent: Person, customer: Person
) -> None:
    hits = search.hits(desk, [customer.id, agent.id, 99])
    assert {key: (hit.title, hit.detail, hit.values) for key, hit in hits.items()} == {
        customer.id: ("Karla Kundin", "Kunde GmbH", {"person_id": customer.id}),
        agent.id: ("Anna Agent", "", {"person_id": agent.id}),
    }


@pytest.mark.parametrize(
    "path", ["/people/", "/people/organisations/", "/people/organisations/1", "/teams/"]
)
def test_lists_cost_the_same_however_long_they_are(
    desk: Desk, core: Core, customer: Person, administrator: Person, sign_in: SignIn, path: str
) -> None:
    browser, counts = sign_in(administrator), []
    for turn in range(2):
        with recorded(core.engine) as statements:
            assert browser.get(path).status_code == 200
        counts.append(len(statements))
        for number in range(5):
            address = f"n{turn}{number}@kunde.example"
            made = service.add_customer(desk, "Nora", address, customer.organisation_id)
            service.add_organisation(desk, f"Organisation {made.id}")
            agent = factories.make_person(desk, "A", f"a{made.id}@tresen.example", role="agent")
            service.add_team(desk, f"Team {made.id}", [agent])
        desk.commit()
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/people/new", "Neue Person"),
        ("/people/1/edit", "Karla Kundin ändern"),
        ("/people/1/rights", "Rechte von Karla Kundin"),
        ("/people/organisations/new", "Neue Organisation"),
        ("/people/organisations/1/edit", "Kunde GmbH ändern"),
        ("/teams/new", "Neues Team"),
    ],
)
def test_forms_are_headed_in_german(german: FlaskClient, path: str, heading: str) -> None:
    assert f"<h1>{heading}</h1>" in german.get(path).text


@pytest.mark.parametrize(
    ("path", "sent", "sentence"),
    [
        ("/people/new", {"name": "", "address": "a@b.example"}, "Dieses Feld wird benötigt."),
        ("/people/new", {"name": "N", "address": "a"}, "Ungültige E-Mail-Adresse."),
        ("/people/new", {"name": "N", "address": "karla@kunde.example"}, "gehört bereits jemandem"),
        (
            "/people/1/edit",
            {"name": "N", "organisation_id": "9"},
            "Es gibt keine Organisation „9“.",
        ),
        ("/people/2/rights", {"role": "agent", "is_active": "y"}, "ist der letzte Administrator"),
        ("/people/2/rights", {"role": "king"}, "Keine gültige Auswahl."),
        ("/teams/new", {"name": "", "members": []}, "Dieses Feld wird benötigt."),
    ],
)
def test_what_is_wrong_is_said_in_german_and_the_text_stays(
    german: FlaskClient, path: str, sent: dict[str, str], sentence: str
) -> None:
    answer = german.post(path, data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert all(f'value="{text}"' in answer.text for text in sent.values() if "@" in text)
