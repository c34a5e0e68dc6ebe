# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who has which part in a development, on our side and on the customer's."""

from collections.abc import Sequence

from tresen.sdk import Desk, Person, Refused, _, active_agents, record

from tresen_pilot_service import queries
from tresen_pilot_service.developments import states
from tresen_pilot_service.developments.models import Development, DevelopmentPerson
from tresen_pilot_service.developments.queries import people_in

PERSON = "pilot_service.development_person"


def add(desk: Desk, row: Development, person_id: int | None, part: str) -> DevelopmentPerson:
    """Give a person a part; a new lead takes the place of the one before.

    Raises Refused for who has it already, and for who stands on the other side.
    """
    _demand_side(desk, row, person_id, part)
    known = people_in(desk, row.id)
    if any((each.person_id, each.part) == (person_id, part) for each in known):
        raise Refused(_("This person has that part already."))
    for former in (each for each in known if part == states.LEAD == each.part):
        remove(desk, former)
    made = DevelopmentPerson(development_id=row.id, person_id=person_id, part=part)
    desk.session.add(made)
    desk.session.flush()
    record(desk, PERSON, made.id, "added", {"part": (None, part)})
    return made


def remove(desk: Desk, each: DevelopmentPerson) -> None:
    """Take a part from a person."""
    record(desk, PERSON, each.id, "removed", {"part": (each.part, None)})
    desk.session.delete(each)
    desk.session.flush()


def has_contact(desk: Desk, row: Development) -> bool:
    """Whether somebody speaks for the customer."""
    return any(each.part == states.CONTACT for each in people_in(desk, row.id))


def gone(row: Development, people: Sequence[DevelopmentPerson]) -> set[int]:
    """Return the ids of those parts whose person left: us, the customer or the desk."""
    return {each.id for each in people if not _is_here(row, each.person, each.part)}


def _is_here(row: Development, person: Person, part: str) -> bool:
    if not person.is_active:
        return False
    return part in states.OURS or person.organisation_id == row.organisation_id


def _demand_side(desk: Desk, row: Development, person_id: int | None, part: str) -> None:
    if part not in states.PARTS:
        raise Refused(_("There is no such part in a development."))
    if part in states.OURS:
        if person_id not in {agent.id for agent in active_agents(desk)}:
            raise Refused(_("Who develops or reviews must be an active agent."))
    elif person_id not in {each.id for each in queries.people_of(desk, row.organisation_id)}:
        raise Refused(_("Who speaks or accepts must be an active person of this customer."))
