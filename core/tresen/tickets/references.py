# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a ticket refers to: each row must be there, or the person who names it is told so."""

from typing import Any

from tresen.access import service as access
from tresen.desk import Desk
from tresen.errors import Refused
from tresen.i18n import _, lazy
from tresen.people import queries as people
from tresen.people.models import AGENT_ROLES, Organisation, Person, Team
from tresen.products.models import Installation, Product
from tresen.tickets.models import Ticket

# What a ticket refers to, and what is said when it is not there.
REFERENCES = {
    "requester_id": (Person, lazy("There is no such person.")),
    "organisation_id": (Organisation, lazy("There is no such organisation.")),
    "team_id": (Team, lazy("There is no such team.")),
    "product_id": (Product, lazy("There is no such product.")),
    "installation_id": (Installation, lazy("There is no such installation.")),
}


def may_see_as_owner(desk: Desk, owner: Person, team_id: int | None) -> bool:
    """Whether an agent would see a ticket of the team: a restricted one keeps to its members."""
    team = desk.session.get(Team, team_id) if team_id is not None else None
    if team is None or not team.is_restricted:
        return True
    if "tickets.read_restricted" in access.grants(desk)[owner.role]:
        return True
    own = desk.once(f"teams:{owner.id}", lambda: people.team_ids_of(desk, owner.id))
    return team.id in own


def demand_sight(desk: Desk, owner_id: int | None, team_id: int | None) -> None:
    """Raise Refused for an owner who would not see the ticket in the team."""
    owner = desk.session.get(Person, owner_id) if owner_id is not None else None
    if owner is not None and not may_see_as_owner(desk, owner, team_id):
        team = desk.session.get_one(Team, team_id)
        raise Refused(
            _("%(name)s is not in the restricted team %(team)s and would not see the ticket.")
            % {"name": owner.name, "team": team.name}
        )


def referred(desk: Desk, name: str, value: Any) -> object:
    """Return the row that a field refers to, or None where it refers to none.

    Raises Refused for one that is not there, and for an owner who is no active agent.
    """
    if value is None:
        return None
    if name == "owner_id":
        person = desk.session.get(Person, value)
        if person is None or person.role not in AGENT_ROLES or not person.is_active:
            raise Refused(_("Only an active agent can own a ticket."))
        return person
    if name not in REFERENCES:
        return None
    model, sentence = REFERENCES[name]
    found: object = desk.session.get(model, value)
    if found is None:
        raise Refused(str(sentence))
    return found


def left_behind(
    desk: Desk, ticket: Ticket, changes: dict[str, tuple[Any, Any]]
) -> dict[str, tuple[Any, Any]]:
    """Return what no longer fits the ticket after the changes, as further changes to nothing.

    Raises Refused where an owner is chosen now who would not see the ticket.
    """
    return _owner_left(desk, ticket, changes) | _installation_left(desk, ticket, changes)


def _owner_left(
    desk: Desk, ticket: Ticket, changes: dict[str, tuple[Any, Any]]
) -> dict[str, tuple[Any, Any]]:
    """Return the change to no owner, where the owner would not see the ticket in its new team.

    Raises Refused where that owner is chosen now.
    """
    if not {"owner_id", "team_id"} & set(changes):
        return {}
    team_id = changes["team_id"][1] if "team_id" in changes else ticket.team_id
    if "owner_id" in changes:
        demand_sight(desk, changes["owner_id"][1], team_id)
        return {}
    owner = desk.session.get(Person, ticket.owner_id) if ticket.owner_id else None
    if owner is None or may_see_as_owner(desk, owner, team_id):
        return {}
    return {"owner_id": (owner.id, None)}


def _installation_left(
    desk: Desk, ticket: Ticket, changes: dict[str, tuple[Any, Any]]
) -> dict[str, tuple[Any, Any]]:
    """Return the change to no installation, where it runs at another organisation than the new."""
    if "organisation_id" not in changes or "installation_id" in changes:
        return {}
    runs = (
        desk.session.get(Installation, ticket.installation_id) if ticket.installation_id else None
    )
    if runs is None or runs.organisation_id == changes["organisation_id"][1]:
        return {}
    return {"installation_id": (runs.id, None)}
