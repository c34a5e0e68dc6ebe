# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds people, teams and who is absent."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, exists, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from tresen.desk import Desk
from tresen.errors import Missing
from tresen.i18n import _
from tresen.people.models import (
    AGENT_ROLES,
    ERASED,
    Absence,
    EmailAddress,
    Organisation,
    Person,
    Team,
    TeamMember,
    normal_address,
)
from tresen.people.search import ORGANISATIONS, SOURCE
from tresen.search import pages
from tresen.search import queries as search

_person, _address, _member = (model.__table__.c for model in (Person, EmailAddress, TeamMember))
_TEAM_IDS = select(_member.team_id).where(_member.person_id == bindparam("person_id"))
_AGENT_NAMES = (
    select(_person.id, _person.name)
    .where(_person.role.in_(AGENT_ROLES), _person.is_active)
    .order_by(_person.name)
)
_BY_ADDRESS = (
    select(Person)
    .join(EmailAddress, EmailAddress.person_id == Person.id)
    .where(EmailAddress.address == bindparam("address"))
)
_PRIMARY_ADDRESS = (
    select(_address.address)
    .where(_address.person_id == bindparam("person_id"))
    .order_by(_address.is_primary.desc(), _address.id)
    .limit(1)
)


def person_by_address(desk: Desk, address: str) -> Person | None:
    """Return who has the mail address."""
    return desk.session.scalar(_BY_ADDRESS, {"address": normal_address(address)})


def primary_address(desk: Desk, person_id: int) -> str | None:
    """Return the address that mail to the person goes to."""
    return desk.session.read(_PRIMARY_ADDRESS, person_id=person_id).scalar()


def primary_addresses(desk: Desk, person_ids: Collection[int]) -> dict[int, str]:
    """Return the addresses that mail to several people goes to, by person id."""
    found = desk.session.execute(
        select(EmailAddress.person_id, EmailAddress.address)
        .where(EmailAddress.person_id.in_(person_ids))
        .order_by(EmailAddress.is_primary, EmailAddress.id.desc())
    )
    # The last address of a person stays: the primary one.
    return dict(found.all())


def team_ids_of(desk: Desk, person_id: int) -> frozenset[int]:
    """Return the teams that the person is in."""
    return frozenset(desk.session.read(_TEAM_IDS, person_id=person_id).scalars())


def active_agents(desk: Desk) -> Sequence[Person]:
    """Return everybody who can own a ticket, by name."""
    return desk.session.scalars(
        select(Person).where(Person.role.in_(AGENT_ROLES), Person.is_active).order_by(Person.name)
    ).all()


def agent_names(desk: Desk) -> Sequence[Row[tuple[int, str]]]:
    """Return id and name of everybody who can own a ticket, by name."""
    return desk.session.read(_AGENT_NAMES).all()


def is_absent(desk: Desk, person_id: int, at: datetime | None = None) -> bool:
    """Whether an absence of the person covers the moment (now, where none is given)."""
    at = at or desk.now()
    return bool(
        desk.session.scalar(
            select(
                exists().where(
                    Absence.person_id == person_id, Absence.starts_at <= at, Absence.ends_at > at
                )
            )
        )
    )


def absent_among(desk: Desk, person_ids: Collection[int]) -> frozenset[int]:
    """Return which of the people are absent now, in one query."""
    now = desk.now()
    return frozenset(
        desk.session.scalars(
            select(Absence.person_id).where(
                Absence.person_id.in_(person_ids), Absence.starts_at <= now, Absence.ends_at > now
            )
        )
    )


def person_by_id(desk: Desk, person_id: int) -> Person:
    """Return a person with their addresses; raises Missing."""
    found = desk.session.scalar(
        select(Person)
        .where(Person.id == person_id)
        .options(selectinload(Person.addresses), joinedload(Person.organisation))
    )
    if found is None:
        raise Missing(_("There is no person %(id)s here.") % {"id": person_id})
    return found


def people_after(
    desk: Desk, wanted: dict[str, Any], person_id: int, limit: int
) -> Sequence[Person]:
    """Return people added after one, in that order, with their addresses.

    `wanted` may name organisation_id, organisation_ids and address.
    """
    statement = (
        select(Person)
        .where(Person.id > person_id, Person.role != ERASED, *_conditions(wanted))
        .options(selectinload(Person.addresses))
        .order_by(Person.id)
        .limit(limit)
    )
    return desk.session.scalars(statement).all()


def _conditions(wanted: dict[str, Any]) -> list[ColumnElement[bool]]:
    found = []
    if "organisation_id" in wanted:
        found.append(Person.organisation_id == wanted["organisation_id"])
    if "organisation_ids" in wanted:
        found.append(Person.organisation_id.in_(wanted["organisation_ids"]))
    if "address" in wanted:
        owner = select(EmailAddress.person_id).where(
            EmailAddress.address == normal_address(wanted["address"])
        )
        found.append(Person.id.in_(owner))
    return found


def people_found(
    desk: Desk, question: str, wanted: dict[str, Any], before: int | None, limit: int
) -> list[tuple[int, Person]]:
    """Return people by words of name and address, newest first, each with its place.

    `wanted` as for `people_after`; `before` is the place of the last one seen.
    """
    subjects = select(Person.id).where(*_conditions(wanted)) if wanted else None
    asked = pages.Question(question, SOURCE, subjects=subjects)
    found = pages.subjects_before(desk, asked, before, limit)
    rows = desk.session.scalars(
        select(Person)
        .where(Person.id.in_([each.subject_id for each in found]))
        .options(selectinload(Person.addresses), joinedload(Person.organisation))
    )
    people = {person.id: person for person in rows}
    return [(each.id, people[each.subject_id]) for each in found if each.subject_id in people]


def organisations_found(
    desk: Desk, question: str, wanted: dict[str, Any], before: int | None, limit: int
) -> list[tuple[int, Organisation]]:
    """Return organisations by words of name and note, as `people_found`."""
    subjects = select(Organisation.id).filter_by(**wanted) if wanted else None
    asked = pages.Question(question, ORGANISATIONS, subjects=subjects)
    found = pages.subjects_before(desk, asked, before, limit)
    shown = [each.subject_id for each in found]
    rows = desk.session.scalars(select(Organisation).where(Organisation.id.in_(shown)))
    homes = {home.id: home for home in rows}
    return [(each.id, homes[each.subject_id]) for each in found if each.subject_id in homes]


def organisation_by_id(desk: Desk, organisation_id: int) -> Organisation:
    """Return an organisation; raises Missing."""
    found = desk.session.get(Organisation, organisation_id)
    if found is None:
        raise Missing(_("There is no organisation %(id)s here.") % {"id": organisation_id})
    return found


def organisations_after(
    desk: Desk, wanted: dict[str, Any], organisation_id: int, limit: int
) -> Sequence[Organisation]:
    """Return organisations added after one, in that order; `wanted` may name the name."""
    statement = (
        select(Organisation)
        .where(Organisation.id > organisation_id)
        .filter_by(**wanted)
        .order_by(Organisation.id)
        .limit(limit)
    )
    return desk.session.scalars(statement).all()


PAGE_SIZE = 50
# A filter by words that more organisations have says too little to narrow a list of people.
MOST_HOMES = 200


def people_by_name(
    desk: Desk, wanted: dict[str, Any], after: tuple[str, int] | None
) -> Sequence[Person]:
    """Return a page of people by name, with addresses and organisation; one more than shown.

    `wanted` as for `people_after`; `after` is the name and id of the last one seen.
    """
    statement = (
        select(Person)
        .where(Person.role != ERASED, *_conditions(wanted))
        .options(selectinload(Person.addresses), joinedload(Person.organisation))
        .order_by(Person.name, Person.id)
        .limit(PAGE_SIZE + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(Person.name, Person.id) > tuple_(*after))
    return desk.session.scalars(statement).all()


def organisations_by_name(desk: Desk, after: tuple[str, int] | None) -> Sequence[Any]:
    """Return a page of organisations by name: id, name, and `count` of their people."""
    statement = _with_count().order_by(Organisation.name, Organisation.id).limit(PAGE_SIZE + 1)
    if after is not None:
        place = tuple_(Organisation.name, Organisation.id)
        statement = statement.where(place > tuple_(*after))
    return desk.session.execute(statement).all()


def organisations_with_words(
    desk: Desk, question: str, before: int | None
) -> list[tuple[int, Any]]:
    """Return a page of organisations that have the words, as `organisations_by_name` does.

    The newest stands first, each with its place; `before` is the place of the last one seen.
    """
    asked = pages.Question(question, ORGANISATIONS)
    found = pages.subjects_before(desk, asked, before, PAGE_SIZE + 1)
    ids = [each.subject_id for each in found]
    rows = {
        row.id: row for row in desk.session.execute(_with_count().where(Organisation.id.in_(ids)))
    }
    return [(each.id, rows[each.subject_id]) for each in found if each.subject_id in rows]


def organisation_ids(desk: Desk, question: str) -> list[int]:
    """Return the organisations that have the words, at most `MOST_HOMES`, for a filter."""
    return search.subject_ids(desk, ORGANISATIONS, question, MOST_HOMES)


def _with_count() -> Any:
    count = select(func.count()).where(Person.organisation_id == Organisation.id).scalar_subquery()
    return select(Organisation.id, Organisation.name, count.label("count"))


def people_of(desk: Desk, organisation_id: int) -> Sequence[Person]:
    """Return the people of an organisation by name, with their addresses."""
    return desk.session.scalars(
        select(Person)
        .where(Person.organisation_id == organisation_id)
        .options(selectinload(Person.addresses))
        .order_by(Person.name)
    ).all()


def teams_with_members(desk: Desk) -> list[tuple[Team, list[str]]]:
    """Return every team by name with its members' names."""
    names: dict[int, list[str]] = {}
    members = (
        select(TeamMember.team_id, Person.name)
        .join(Person, Person.id == TeamMember.person_id)
        .order_by(Person.name)
    )
    for team_id, name in desk.session.execute(members):
        names.setdefault(team_id, []).append(name)
    teams = desk.session.scalars(select(Team).order_by(Team.name))
    return [(team, names.get(team.id, [])) for team in teams]


def team_by_id(desk: Desk, team_id: int) -> Team:
    """Return a team; raises Missing."""
    found = desk.session.get(Team, team_id)
    if found is None:
        raise Missing(_("There is no team %(id)s here.") % {"id": team_id})
    return found


def member_ids(desk: Desk, team_id: int) -> list[int]:
    """Return the ids of a team's members."""
    found = select(TeamMember.person_id).where(TeamMember.team_id == team_id)
    return list(desk.session.scalars(found))


def agents_by_id(desk: Desk, ids: Sequence[int]) -> list[Person]:
    """Return those of the people who are agents."""
    found = select(Person).where(Person.id.in_(ids), Person.role.in_(AGENT_ROLES))
    return list(desk.session.scalars(found))
