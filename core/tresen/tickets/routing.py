# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a new ticket goes: what a plugin says, else the product's team, else the default team."""

from tresen.desk import Desk
from tresen.hooks import specs
from tresen.hooks.records import Route
from tresen.i18n import _
from tresen.journal import service as journal
from tresen.people.models import Person, Team
from tresen.products.models import Product
from tresen.settings import service as settings
from tresen.tickets.models import Ticket
from tresen.tickets.records import SETTINGS, NewTicket
from tresen.tickets.references import may_see_as_owner


def default_team(desk: Desk) -> Team | None:
    """Return the team of tickets that nothing routes; None when the operator names none."""
    team_id = settings.read(desk, SETTINGS)["default_team"]
    return desk.session.get(Team, team_id) if team_id else None


def route(desk: Desk, ticket: Ticket, new: NewTicket) -> None:
    """Give a new ticket to a team, a person or both, and say in the journal why."""
    found = desk.ask(specs.ticket_route, ticket)
    if found is None and new.is_routed:
        found = _own_route(desk, ticket)
    if found is None:
        return
    if found.team_id is not None:
        ticket.team_id = found.team_id
    if found.owner_id is not None:
        ticket.owner_id = found.owner_id
    owner = desk.session.get(Person, ticket.owner_id) if ticket.owner_id is not None else None
    if owner is not None and not may_see_as_owner(desk, owner, ticket.team_id):
        # The team's own members take it instead.
        ticket.owner_id = None
    journal.record(desk, "ticket", ticket.id, "routed", {"reason": (None, found.reason)})


def _own_route(desk: Desk, ticket: Ticket) -> Route | None:
    """Return where the core itself sends a ticket that came without team and owner."""
    if ticket.team_id is not None or ticket.owner_id is not None:
        return None
    return _product_route(desk, ticket) or _default_route(desk)


def _product_route(desk: Desk, ticket: Ticket) -> Route | None:
    product = desk.session.get(Product, ticket.product_id) if ticket.product_id else None
    team = desk.session.get(Team, product.team_id) if product and product.team_id else None
    if product is None or team is None:
        return None
    reason = _("%(team)s, the team of %(product)s") % {"team": team.name, "product": product.name}
    return Route(team.id, reason=reason)


def _default_route(desk: Desk) -> Route | None:
    team = default_team(desk)
    if team is None:
        return None
    return Route(team.id, reason=_("%(team)s, the default team") % {"team": team.name})
