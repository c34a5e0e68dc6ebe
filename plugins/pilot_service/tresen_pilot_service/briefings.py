# SPDX-License-Identifier: AGPL-3.0-or-later
"""The briefing of those who care for a customer: a gate before the participation is active."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Person, Refused, _, active_agents, record

from tresen_pilot_service.models import Briefing, Participation

BRIEFING = "pilot_service.briefing"


def briefings(desk: Desk, participation_ids: Iterable[int]) -> Mapping[int, Sequence[Briefing]]:
    """Return the briefings for each participation, the newest first, in one query."""
    found: dict[int, list[Briefing]] = {}
    rows = desk.session.scalars(
        select(Briefing)
        .where(Briefing.participation_id.in_(list(participation_ids)))
        .options(joinedload(Briefing.person), joinedload(Briefing.briefed_by))
        .order_by(Briefing.id.desc())
    )
    for row in rows:
        found.setdefault(row.participation_id, []).append(row)
    return found


def unbriefed(row: Participation, found: Iterable[Briefing]) -> list[int]:
    """Return who of contact and deputy was not briefed for the participation yet."""
    briefed = {each.person_id for each in found}
    named = (row.contact_id, row.deputy_id)
    return [person_id for person_id in named if person_id and person_id not in briefed]


def brief(desk: Desk, participation: Participation, values: Mapping[str, Any]) -> Briefing:
    """Record that contact or deputy was briefed, by whom and on which day.

    Raises Refused for anybody else and for a day that is still to come.
    """
    if values["person_id"] not in (participation.contact_id, participation.deputy_id):
        raise Refused(_("Only the support contact and the deputy are briefed."))
    if values["briefed_by_id"] not in {agent.id for agent in active_agents(desk)}:
        raise Refused(_("Who briefs must be an active agent."))
    if values["briefed_on"] > desk.today():
        raise Refused(_("Nobody was briefed on a day that is still to come."))
    made = Briefing(participation_id=participation.id, **values)
    desk.session.add(made)
    desk.session.flush()
    record(desk, BRIEFING, made.id, "briefed")
    return made


def demand_briefed(desk: Desk, participation: Participation) -> None:
    """Raise Refused unless there is a contact, and contact and deputy were briefed."""
    if participation.contact_id is None:
        raise Refused(_("Name the support contact first: nobody is there to be briefed."))
    found = briefings(desk, [participation.id]).get(participation.id, [])
    missing = unbriefed(participation, found)
    people = select(Person).where(Person.id.in_(missing)).order_by(Person.name)
    names = ", ".join(person.name for person in desk.session.scalars(people))
    if names:
        raise Refused(
            _("Not briefed yet: %(names)s. Record the briefing on the customer's page first.")
            % {"names": names}
        )


def around(desk: Desk, person: Person) -> Sequence[Briefing]:
    """Return the briefings that the person had or gave."""
    named = or_(Briefing.person_id == person.id, Briefing.briefed_by_id == person.id)
    return desk.session.scalars(select(Briefing).where(named).order_by(Briefing.id)).all()


def forget(desk: Desk, person: Person) -> None:
    """Take an erased person out of briefings; that and when somebody was briefed stays."""
    for row in around(desk, person):
        row.person_id = None if row.person_id == person.id else row.person_id
        row.briefed_by_id = None if row.briefed_by_id == person.id else row.briefed_by_id
