# SPDX-License-Identifier: AGPL-3.0-or-later
"""Something behind every address of remote support, for the world in which rights are tried.

Who has no seat in a session is answered by its pages as by those of a session that never was.
"""

from dataclasses import replace
from typing import Any

from access.world import World
from tresen.desk import Actor, Desk
from tresen.tickets.models import Ticket
from tresen.tickets.queries import ticket_by_number
from tresen_remote_support import scopes, service
from tresen_remote_support.models import RemoteSession

OWN = "/remote_support/portal/<reference>"


def fill(desk: Desk, world: World) -> None:
    """Let the agent ask the customer for a session about the ticket of the restricted team."""
    person = world.people["agent"]
    acting = replace(desk, actor=Actor(person.name, "agent", person.id))
    ticket = ticket_by_number(desk, world.values["number"])
    row = _offered(acting, ticket)
    world.values["reference"] = row.reference
    # What an answer uses up stands apart from what others look at.
    world.special[OWN] = {"reference": _offered(acting, ticket).reference}
    world.special["/remote_support/join/<token>"] = {"token": "of a link that was used"}


def _offered(desk: Desk, ticket: Ticket) -> RemoteSession:
    given: dict[str, Any] = {"purpose": "Look", "scope": scopes.VIEW, "provider": "browser"}
    row = service.request(desk, ticket, service.Wish(person_id=ticket.requester_id, **given))
    service.offer(desk, row)
    return row
