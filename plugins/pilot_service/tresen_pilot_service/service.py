# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every verb of the pilot service; each leaves its journal entry."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from tresen.sdk import (
    Desk,
    Installation,
    Person,
    ProductVersion,
    Refused,
    Ticket,
    Traces,
    _,
    active_agents,
    change,
    record,
)

from tresen_pilot_service import agreements, briefings, queries, steps
from tresen_pilot_service.criteria import service as criteria
from tresen_pilot_service.models import Participation, PilotTicket, Programme
from tresen_pilot_service.targets import service as targets

PROGRAMME = "pilot_service.programme"
PARTICIPATION = "pilot_service.participation"


def begin_programme(desk: Desk, values: Mapping[str, Any]) -> Programme:
    """Add a programme from its fields and the text of its agreement.

    Raises Refused when they do not fit together.
    """
    _check_programme(desk, values)
    programme = Programme(**_fields(values), created_at=desk.now(), changed_at=desk.now())
    desk.session.add(programme)
    desk.session.flush()
    record(desk, PROGRAMME, programme.id, "begun")
    agreements.write(desk, programme, values.get("agreement") or "")
    return programme


def change_programme(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> None:
    """Change fields of a programme; another text of the agreement is another version of it.

    Raises Refused when they do not fit together.
    """
    _check_programme(desk, values)
    if change(desk, PROGRAMME, programme, _fields(values)):
        programme.changed_at = desk.now()
    if values.get("agreement") is not None:
        agreements.write(desk, programme, values["agreement"])


def invite(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> Participation:
    """Invite a customer to a programme.

    Raises Refused for one who takes part already, and where the programme is full.
    """
    _check_participation(desk, programme, values)
    running = select(Participation.id).where(
        Participation.programme_id == programme.id,
        Participation.organisation_id == values["organisation_id"],
        Participation.ended_on.is_(None),
    )
    if desk.session.scalar(running) is not None:
        raise Refused(_("This customer takes part in the programme already."))
    _demand_room(desk, programme)
    participation = Participation(programme_id=programme.id, **values, created_at=desk.now())
    desk.session.add(participation)
    desk.session.flush()
    record(desk, PARTICIPATION, participation.id, "invited")
    return participation


def change_participation(
    desk: Desk, participation: Participation, values: Mapping[str, Any]
) -> None:
    """Change where a customer tries and who cares and speaks for them.

    Raises Refused when it does not fit together.
    """
    whole = {"organisation_id": participation.organisation_id, **values}
    _check_participation(desk, participation.programme, whole)
    change(desk, PARTICIPATION, participation, {**values, "has_vacancy": False})


def move(desk: Desk, participation: Participation, state: str) -> None:
    """Take a participation to another state from today on.

    Raises Refused for a step that is not allowed, for agreeing before the agreement is signed, and
    for going active before contact and deputy are briefed or the entry criteria are met.
    Tickets that came out of the pilot stay marked when it ends.
    """
    if state == participation.state:
        return
    _demand_step(participation.state, state)
    if state == steps.AGREED:
        agreements.demand_signature(desk, participation)
    if state == steps.ACTIVE:
        briefings.demand_briefed(desk, participation)
        criteria.demand_entry(desk, participation.programme_id)
    wanted = {"state": state, steps.DAYS[state]: desk.today()}
    change(desk, PARTICIPATION, participation, wanted)


def resume(desk: Desk, participation: Participation) -> None:
    """Take what ended back to where it stood before; why it ended counts no longer.

    Raises Refused for a customer who takes part again already.
    """
    if participation.ended_on is None:
        return
    others = queries.participations(desk, participation.programme_id)
    if any(o.organisation_id == participation.organisation_id and not o.ended_on for o in others):
        raise Refused(_("This customer takes part in the programme already."))
    state = steps.before_end(participation.agreed_on, participation.active_on)
    wanted = {"state": state, "ended_on": None, "reason": ""}
    change(desk, PARTICIPATION, participation, wanted)


def note_new_ticket(desk: Desk, ticket: Ticket) -> Participation | None:
    """Record and return which participation a ticket just opened came out of, if of any."""
    found = queries.participation_for(desk, ticket)
    if found is not None:
        desk.session.add(PilotTicket(ticket_id=ticket.id, participation_id=found.id))
        targets.promise(desk, ticket, found)
    return found


def note_ticket(desk: Desk, ticket: Ticket) -> PilotTicket | None:
    """Record which participation the ticket came out of, or that it came out of none."""
    found = queries.participation_for(desk, ticket)
    noted = desk.session.get(PilotTicket, ticket.id)
    if found is None:
        if noted is not None:
            desk.session.delete(noted)
            targets.forget(desk, ticket)
        return None
    if noted is not None and noted.participation_id == found.id:
        # What was promised stays, whatever the perks say now.
        return noted
    if noted is None:
        noted = PilotTicket(ticket_id=ticket.id, participation_id=found.id)
        desk.session.add(noted)
    noted.participation_id = found.id
    targets.promise(desk, ticket, found)
    return noted


def forget(desk: Desk, person: Person, traces: Traces) -> None:
    """Take an erased person out of every pilot; in the place of a contact stands the deputy.

    Each leaves its journal entry, and is marked until somebody looks who follows.
    """
    for programme in queries.programmes_around(desk, person):
        programme.title = traces.blot(programme.title)
        programme.goal = traces.blot(programme.goal)
    for own in queries.parts_around(desk, person):
        own.reason = traces.blot(own.reason)
    for row in queries.parts_of(desk, person):
        change(desk, PARTICIPATION, row, {**_without(person.id, row), "has_vacancy": True})


def _without(person_id: int, row: Participation) -> dict[str, int | None]:
    """Return who stays of either pair without the person, the first of them in the first place."""
    wanted: dict[str, int | None] = {}
    for pair in (("contact_id", "deputy_id"), ("key_user_id", "key_user_deputy_id")):
        people = [getattr(row, name) for name in pair]
        if person_id in people:
            stays = [each for each in people if each not in (None, person_id)]
            wanted |= dict(zip(pair, [*stays, None, None], strict=False))
    return wanted


def _fields(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "agreement"}


def _check_programme(desk: Desk, values: Mapping[str, Any]) -> None:
    if values["ends_on"] < values["starts_on"]:
        raise Refused(_("A programme cannot end before it starts."))
    if values.get("version_id") is not None:
        version = desk.session.get(ProductVersion, values["version_id"])
        if version is None or version.product_id != values["product_id"]:
            raise Refused(_("This version belongs to another product."))


def _demand_room(desk: Desk, programme: Programme) -> None:
    most = programme.max_participants
    if most is not None and queries.places_taken(desk, programme.id) >= most:
        raise Refused(
            _("The programme takes %(most)s customers at most. Change that at the programme first.")
            % {"most": most}
        )


def _demand_step(old: str, new: str) -> None:
    if steps.may_go(old, new):
        return
    if old in steps.ENDED:
        raise Refused(_("A participation that is “%(old)s” is over.") % {"old": steps.TITLES[old]})
    following = ", ".join(f"“{steps.TITLES[state]}”" for state in steps.STEPS[old])
    words = {"old": steps.TITLES[old], "following": following}
    raise Refused(_("From “%(old)s” the allowed steps are: %(following)s.") % words)


def _check_participation(desk: Desk, programme: Programme, values: Mapping[str, Any]) -> None:
    people = [values["contact_id"], values["deputy_id"]]
    if people[0] is not None and people[0] == people[1]:
        raise Refused(_("Contact and deputy must be two people."))
    agents = {agent.id for agent in active_agents(desk)}
    if not {person_id for person_id in people if person_id is not None} <= agents:
        raise Refused(_("Contact and deputy must be active agents."))
    _check_key_users(desk, values)
    if values["installation_id"] is not None:
        place = desk.session.get(Installation, values["installation_id"])
        wanted = (values["organisation_id"], programme.product_id)
        if place is None or (place.organisation_id, place.product_id) != wanted:
            raise Refused(_("This installation is not the customer's, or of another product."))


def _check_key_users(desk: Desk, values: Mapping[str, Any]) -> None:
    named = [values.get(name) for name in ("key_user_id", "key_user_deputy_id")]
    chosen = [person_id for person_id in named if person_id is not None]
    if len(chosen) > len(set(chosen)):
        raise Refused(_("Key user and deputy must be two people."))
    if not chosen:
        return
    people = {person.id for person in queries.people_of(desk, values["organisation_id"])}
    if not people.issuperset(chosen):
        raise Refused(_("Key user and deputy must be active people of this customer."))
