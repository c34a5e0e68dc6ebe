# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of people, organisations and teams."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from tresen.desk import Desk
from tresen.errors import Refused
from tresen.hooks.records import ADMINISTRATOR
from tresen.i18n import _
from tresen.jobs import service as jobs
from tresen.journal import service as journal
from tresen.people.models import (
    AGENT_ROLES,
    ERASED,
    EmailAddress,
    Organisation,
    Person,
    Team,
    TeamMember,
    normal_address,
)
from tresen.search import service as search


def add_person(
    desk: Desk,
    name: str,
    address: str,
    *,
    role: str = "customer",
    organisation: Organisation | None = None,
    proven_at: datetime | None = None,
) -> Person:
    """Add a person with one mail address; raises Refused when somebody has that address."""
    address = normal_address(address)
    if desk.session.scalar(select(EmailAddress.id).where(EmailAddress.address == address)):
        raise Refused(
            _("The address %(address)s belongs to somebody already.") % {"address": address}
        )
    person = Person(
        name=name.strip() or address,
        role=role,
        organisation_id=organisation.id if organisation else None,
        created_at=desk.now(),
        changed_at=desk.now(),
    )
    desk.add(person)
    desk.session.add(EmailAddress(person_id=person.id, address=address, proven_at=proven_at))
    if not desk.is_bulk:
        desk.session.flush()
    search.add(desk, "person", person.id, 0, search.Text(person.name, address))
    journal.record(desk, "person", person.id, "added")
    return person


def add_customer(
    desk: Desk, name: str, address: str, organisation_id: int | None = None, **more: str
) -> Person:
    """Add a customer as an agent knows them; `more` holds phone and job_title.

    The address is not proven by that: only its owner can do so (safety M01).
    """
    organisation = _organisation(desk, organisation_id)
    person = add_person(desk, name, address, organisation=organisation)
    for field, value in more.items():
        setattr(person, field, value)
    desk.session.flush()
    return person


def change_person(desk: Desk, person: Person, wanted: dict[str, Any]) -> None:
    """Change fields of a person and record them; raises Refused for an unknown organisation.

    An agent's own data are for administrators (safety Z04).
    """
    demand_change(desk, person)
    if wanted.get("organisation_id") is not None:
        _organisation(desk, wanted["organisation_id"])
    change_profile(desk, person, wanted)


def change_profile(desk: Desk, person: Person, wanted: dict[str, Any]) -> None:
    """Change what people say of themselves, record it, and keep them findable by it."""
    is_renamed = wanted.get("name", person.name) != person.name
    if _change(desk, "person", person, wanted):
        owned = select(EmailAddress.address).where(EmailAddress.person_id == person.id)
        addresses = desk.session.scalars(owned.order_by(EmailAddress.id))
        search.put(desk, "person", person.id, 0, search.Text(person.name, " ".join(addresses)))
    if is_renamed:
        _find_tickets_anew(desk, "requester_id", person.id)


def demand_change(desk: Desk, person: Person) -> None:
    """Raise NeedsPermission unless the actor may change this person."""
    _check_there(person)
    if person.role in AGENT_ROLES:
        desk.demand("people.administer")


def _check_there(person: Person) -> None:
    if person.role == ERASED:
        raise Refused(_("This person is erased; nothing of them can be changed."))


def change_organisation(desk: Desk, organisation: Organisation, wanted: dict[str, Any]) -> None:
    """Change fields of an organisation, record them, and keep it findable by them."""
    is_renamed = wanted.get("name", organisation.name) != organisation.name
    if _change(desk, "organisation", organisation, wanted):
        search.put(desk, "organisation", organisation.id, 0, _text_of(organisation))
    if is_renamed:
        _find_tickets_anew(desk, "organisation_id", organisation.id)


def _find_tickets_anew(desk: Desk, field: str, subject_id: int) -> None:
    """Let the worker go through the tickets that are found by the name, however many they are."""
    # By name: tickets stand above people, and declare the job.
    jobs.enqueue(desk, "tickets.index_heads", {"field": field, "subject_id": subject_id})


def _change(desk: Desk, kind: str, row: Person | Organisation, wanted: dict[str, Any]) -> bool:
    if not journal.change(desk, kind, row, wanted):
        return False
    row.changed_at = desk.now()
    return True


def _organisation(desk: Desk, organisation_id: int | None) -> Organisation | None:
    if organisation_id is None:
        return None
    found = desk.session.get(Organisation, organisation_id)
    if found is None:
        raise Refused(_("There is no organisation %(id)s.") % {"id": organisation_id})
    return found


def add_organisation(desk: Desk, name: str, note: str = "") -> Organisation:
    """Add a customer organisation."""
    organisation = Organisation(
        name=name.strip(), note=note, created_at=desk.now(), changed_at=desk.now()
    )
    desk.session.add(organisation)
    desk.session.flush()
    search.add(desk, "organisation", organisation.id, 0, _text_of(organisation))
    journal.record(desk, "organisation", organisation.id, "added")
    return organisation


def _text_of(organisation: Organisation) -> search.Text:
    return search.Text(organisation.name, organisation.note)


def add_team(desk: Desk, name: str, members: list[Person], *, is_restricted: bool = False) -> Team:
    """Add a team of agents.

    Raises Refused for a member who is a customer, and for a name that another team has.
    """
    _check_members(members)
    _check_team_name(desk, name)
    team = Team(name=name.strip(), is_restricted=is_restricted)
    desk.session.add(team)
    desk.session.flush()
    desk.session.add_all(TeamMember(team_id=team.id, person_id=person.id) for person in members)
    desk.session.flush()
    journal.record(desk, "team", team.id, "added")
    return team


def change_team(desk: Desk, team: Team, wanted: dict[str, Any], members: list[Person]) -> None:
    """Change a team's fields and members; raises Refused as `add_team`."""
    _check_members(members)
    _check_team_name(desk, wanted["name"], team.id)
    journal.change(desk, "team", team, wanted | {"name": wanted["name"].strip()})
    before, after = _member_names(desk, team), sorted(each.name for each in members)
    desk.session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    desk.session.add_all(TeamMember(team_id=team.id, person_id=each.id) for each in members)
    desk.session.flush()
    if before != after:
        journal.record(desk, "team", team.id, "changed", {"members": (before, after)})


def _check_members(members: list[Person]) -> None:
    for person in members:
        if person.role not in AGENT_ROLES:
            raise Refused(
                _("%(name)s is no agent and cannot be in a team.") % {"name": person.name}
            )


def _member_names(desk: Desk, team: Team) -> list[str]:
    names = select(Person.name).join(TeamMember).where(TeamMember.team_id == team.id)
    return sorted(desk.session.scalars(names))


def change_rights(desk: Desk, person: Person, wanted: dict[str, Any]) -> None:
    """Change role, sees_organisation and is_active of a person.

    Raises Refused when the last active administrator would be gone: nobody could undo it.
    """
    _check_there(person)
    stays = wanted.get("role", person.role) == ADMINISTRATOR and wanted.get("is_active", True)
    if person.role == ADMINISTRATOR and person.is_active and not stays:
        others = select(func.count()).where(
            Person.role == ADMINISTRATOR, Person.is_active, Person.id != person.id
        )
        if not desk.session.scalar(others):
            raise Refused(_("%(name)s is the last administrator.") % {"name": person.name})
    _change(desk, "person", person, wanted)


def _check_team_name(desk: Desk, name: str, own_id: int | None = None) -> None:
    name = name.strip()
    found = desk.session.scalar(select(Team.id).where(Team.name == name))
    if found not in (None, own_id):
        raise Refused(_("There is a team %(name)s already.") % {"name": name})
