# SPDX-License-Identifier: AGPL-3.0-or-later
"""The verbs of people, organisations and teams, and who is there when."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from tresen.desk import Desk
from tresen.errors import Missing, Refused
from tresen.journal.queries import entries_of
from tresen.people import queries, service
from tresen.people.models import Absence, EmailAddress, Person, TeamMember, normal_address
from tresen.testing import factories
from tresen.testing.fixtures import SteppedClock


@pytest.mark.parametrize(
    ("typed", "kept"), [(" Karla@Kunde.EXAMPLE ", "karla@kunde.example"), ("a@b.c", "a@b.c")]
)
def test_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normal_address(typed) == kept


def test_person_without_a_name_is_called_by_the_address(desk: Desk) -> None:
    assert service.add_person(desk, "  ", "Nora@neu.example").name == "nora@neu.example"


def test_person_is_recorded(desk: Desk) -> None:
    person = service.add_person(desk, "Nora", "nora@neu.example")
    desk.session.flush()
    assert [entry.action for entry in entries_of(desk, "person", person.id)] == ["added"]


@pytest.mark.parametrize("again", ["karla@kunde.example", "KARLA@kunde.example "])
def test_address_belongs_to_one_person(desk: Desk, customer: Person, again: str) -> None:
    with pytest.raises(Refused) as refusal:
        service.add_person(desk, "Other", again)
    assert refusal.value.sentence == (
        "The address karla@kunde.example belongs to somebody already."
    )


def test_address_that_an_agent_typed_is_not_proven(desk: Desk) -> None:
    person = service.add_customer(desk, "Nora", "nora@neu.example")
    found = select(EmailAddress.proven_at).where(EmailAddress.person_id == person.id)
    assert desk.session.scalars(found).all() == [None]


def test_person_is_found_by_any_spelling_of_the_address(desk: Desk, customer: Person) -> None:
    found = [queries.person_by_address(desk, each) for each in ("KARLA@kunde.example", "x@x.x")]
    assert [person and person.id for person in found] == [customer.id, None]


def test_primary_address_goes_before_older_ones(desk: Desk, customer: Person) -> None:
    old = desk.session.scalars(select(EmailAddress)).one()
    old.is_primary = False
    desk.session.add(EmailAddress(person_id=customer.id, address="new@kunde.example"))
    desk.session.flush()
    assert queries.primary_address(desk, customer.id) == "new@kunde.example"


def test_primary_addresses_of_several_are_those_of_each(desk: Desk, customer: Person) -> None:
    other = factories.make_person(desk, "Otto", "otto@kunde.example")
    for person, is_primary in ((customer, False), (other, True)):
        address = f"new.{person.id}@kunde.example"
        row = EmailAddress(person_id=person.id, address=address, is_primary=is_primary)
        desk.session.add(row)
    desk.session.flush()
    ids = [customer.id, other.id]
    found = queries.primary_addresses(desk, ids)
    assert found == {each: queries.primary_address(desk, each) for each in ids}


def test_person_without_an_address_has_none(desk: Desk) -> None:
    assert queries.primary_address(desk, 77) is None


def test_change_that_changes_nothing_records_nothing(desk: Desk, customer: Person) -> None:
    person = queries.person_by_id(desk, customer.id)
    service.change_person(desk, person, {"name": person.name})
    desk.session.flush()
    assert [entry.action for entry in entries_of(desk, "person", customer.id)] == ["added"]


def test_change_moves_the_stamp(desk: Desk, customer: Person, clock: SteppedClock) -> None:
    clock.go(hours=1)
    person = queries.person_by_id(desk, customer.id)
    service.change_person(desk, person, {"phone": "1"})
    assert (person.changed_at, person.created_at) == (
        clock.moment,
        clock.moment - timedelta(hours=1),
    )


def test_unknown_organisation_is_refused(desk: Desk, customer: Person) -> None:
    person = queries.person_by_id(desk, customer.id)
    with pytest.raises(Refused):
        service.change_person(desk, person, {"organisation_id": 77})


def test_team_takes_agents_only(desk: Desk, agent: Person, customer: Person) -> None:
    with pytest.raises(Refused) as refusal:
        service.add_team(desk, "Mixed", [agent, customer])
    assert refusal.value.sentence == "Karla Kundin is no agent and cannot be in a team."


def test_team_name_is_taken_once(desk: Desk) -> None:
    service.add_team(desk, "First tier", [])
    with pytest.raises(Refused):
        service.add_team(desk, " First tier ", [])


def test_team_keeps_its_own_name_when_it_is_changed(desk: Desk, agent: Person) -> None:
    team = service.add_team(desk, "First tier", [])
    service.change_team(desk, team, {"name": "First tier", "is_restricted": True}, [agent])
    desk.session.flush()
    assert (team.is_restricted, queries.member_ids(desk, team.id)) == (True, [agent.id])


def test_members_are_replaced(desk: Desk, agent: Person, administrator: Person) -> None:
    team = service.add_team(desk, "First tier", [agent])
    service.change_team(desk, team, {"name": "First tier"}, [administrator])
    desk.session.flush()
    rows = desk.session.execute(select(TeamMember.team_id, TeamMember.person_id)).all()
    assert [tuple(row) for row in rows] == [(team.id, administrator.id)]


def test_teams_of_an_agent_are_known(desk: Desk, agent: Person) -> None:
    teams = [service.add_team(desk, name, [agent]) for name in ("One", "Two")]
    service.add_team(desk, "Three", [])
    assert queries.team_ids_of(desk, agent.id) == {team.id for team in teams}


def test_teams_are_listed_with_their_members(desk: Desk, agent: Person) -> None:
    service.add_team(desk, "Second", [agent])
    service.add_team(desk, "First", [])
    found = [(team.name, names) for team, names in queries.teams_with_members(desk)]
    assert found == [("First", []), ("Second", ["Anna Agent"])]


def test_only_active_agents_can_own_tickets(
    desk: Desk, agent: Person, administrator: Person, customer: Person
) -> None:
    gone = factories.make_person(desk, "Gone", "gone@tresen.example", role="agent")
    gone.is_active = False
    desk.session.flush()
    assert [each.name for each in queries.active_agents(desk)] == ["Ada Admin", "Anna Agent"]


@pytest.mark.parametrize(
    ("hours", "absent"), [(-1, False), (0, True), (7, True), (8, False), (30, False)]
)
def test_absence_covers_its_start_and_not_its_end(
    desk: Desk, agent: Person, hours: int, absent: bool
) -> None:
    start = desk.now()
    ends = start + timedelta(hours=8)
    desk.session.add(Absence(person_id=agent.id, starts_at=start, ends_at=ends))
    desk.session.flush()
    assert queries.is_absent(desk, agent.id, start + timedelta(hours=hours)) is absent


def test_absence_of_another_counts_for_nobody_else(
    desk: Desk, agent: Person, administrator: Person
) -> None:
    later = desk.now() + timedelta(hours=8)
    desk.session.add(Absence(person_id=agent.id, starts_at=desk.now(), ends_at=later))
    desk.session.flush()
    found = [queries.is_absent(desk, each.id) for each in (agent, administrator)]
    assert found == [True, False]
    assert queries.absent_among(desk, [agent.id, administrator.id]) == {agent.id}


@pytest.mark.parametrize(("hours", "absent"), [(-1, False), (0, True), (7, True), (8, False)])
def test_who_is_absent_among_many_follows_from_the_hour(
    desk: Desk, clock: SteppedClock, agent: Person, hours: int, absent: bool
) -> None:
    start = desk.now()
    later = start + timedelta(hours=8)
    desk.session.add(Absence(person_id=agent.id, starts_at=start, ends_at=later))
    desk.session.flush()
    clock.moment = start + timedelta(hours=hours)
    assert queries.absent_among(desk, [agent.id]) == ({agent.id} if absent else set())


def test_nobody_is_absent_among_nobody(desk: Desk) -> None:
    assert queries.absent_among(desk, []) == frozenset()


def test_rights_of_the_last_administrator_stay(desk: Desk, administrator: Person) -> None:
    person = queries.person_by_id(desk, administrator.id)
    with pytest.raises(Refused) as refusal:
        service.change_rights(desk, person, {"role": "agent"})
    assert refusal.value.sentence == "Ada Admin is the last administrator."


def test_second_administrator_lets_the_first_go(desk: Desk, administrator: Person) -> None:
    factories.make_person(desk, "Bea", "bea@tresen.example", role="administrator")
    person = queries.person_by_id(desk, administrator.id)
    service.change_rights(desk, person, {"role": "agent"})
    assert person.role == "agent"


@pytest.mark.parametrize(
    "find", [queries.person_by_id, queries.organisation_by_id, queries.team_by_id]
)
def test_what_is_not_there_is_missing(desk: Desk, find: object) -> None:
    with pytest.raises(Missing):
        find(desk, 77)  # type: ignore[operator]  # each takes a desk and an id


def test_organisations_come_with_the_number_of_their_people(desk: Desk, customer: Person) -> None:
    service.add_organisation(desk, "Empty Ltd")
    found = queries.organisations_by_name(desk, None)
    assert [(row.name, row.count) for row in found] == [("Empty Ltd", 0), ("Kunde GmbH", 1)]


def test_organisations_go_on_behind_a_name(desk: Desk) -> None:
    made = [service.add_organisation(desk, name) for name in ("A", "B", "B", "C")]
    found = queries.organisations_by_name(desk, ("B", made[1].id))
    assert [row.id for row in found] == [made[2].id, made[3].id]
