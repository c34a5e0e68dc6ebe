# SPDX-License-Identifier: AGPL-3.0-or-later
"""The core's own filters of ticket lists, built like a plugin's."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, false, select

from tresen.desk import Desk
from tresen.hooks.records import Filter
from tresen.i18n import _, lazy
from tresen.people import queries as people
from tresen.people.models import Organisation, Person
from tresen.products import queries as products
from tresen.tickets import queries, states
from tresen.tickets.models import Ticket, TicketTag
from tresen.web.values import row_number

SHOWN = {
    "open": lazy("All open"),
    "due": lazy("Answer due"),
    "waiting": lazy("Waiting"),
    "ended": lazy("Solved and closed"),
    "all": lazy("Open and ended"),
}
Narrowed = Select[Any]


def core_filters() -> list[Filter]:
    """Return the filters in the order of the menu."""
    return [
        Filter("show", lazy("Show"), lambda _desk: SHOWN.items(), _show),
        Filter("state", lazy("State"), lambda _desk: states.TITLES.items(), _state),
        Filter("priority", lazy("Priority"), _priorities, _priority),
        Filter("owner", lazy("Owner"), _owners, _owner, _person_name),
        Filter("team", lazy("Team"), _teams, _team),
        Filter("product", lazy("Product"), _products, _product),
        Filter("channel", lazy("Channel"), lambda _desk: states.CHANNELS.items(), _channel),
        Filter("tag", lazy("Tag"), _none, _tag, lambda _desk, value: value),
        Filter("organisation", lazy("Organisation"), _none, _organisation, _organisation_name),
        Filter("requester", lazy("Requester"), _none, _requester, _person_name),
    ]


def _show(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    conditions: dict[str, list[Any]] = {
        "open": [Ticket.is_open],
        "due": [Ticket.is_open, Ticket.is_answer_due],
        "waiting": [Ticket.is_open, Ticket.state.in_(states.WAITING)],
        "ended": [Ticket.state.in_(states.ENDED)],
        "all": [],
    }
    return statement.where(*conditions.get(value, [false()]))


def _state(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    return statement.where(Ticket.state == value)


def _priorities(_desk: Desk) -> Iterable[tuple[str, str]]:
    return [(str(level), title) for level, title in reversed(states.PRIORITIES.items())]


def _priority(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    return statement.where(Ticket.priority == row_number(value))


def _owners(desk: Desk) -> Iterable[tuple[str, str]]:
    agents = [(str(person.id), person.name) for person in people.agent_names(desk)]
    return [("me", _("Me")), ("none", _("Nobody")), *agents]


def _owner(desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    if value == "none":
        return statement.where(Ticket.owner_id.is_(None))
    wanted = desk.actor.person_id if value == "me" else row_number(value)
    return statement.where(Ticket.owner_id == wanted)


def _teams(desk: Desk) -> Iterable[tuple[str, str]]:
    found = [(str(team.id), team.name) for team in queries.teams(desk)]
    return [("none", _("No team")), *found]


def _team(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    if value == "none":
        return statement.where(Ticket.team_id.is_(None))
    return statement.where(Ticket.team_id == row_number(value))


def _products(desk: Desk) -> Iterable[tuple[str, str]]:
    return [(str(product.id), product.name) for product in products.active_products(desk)]


def _product(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    return statement.where(Ticket.product_id == row_number(value))


def _channel(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    return statement.where(Ticket.channel == value)


def _tag(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    tagged = select(TicketTag.ticket_id).where(TicketTag.tag == value)
    return statement.where(Ticket.id.in_(tagged))


def _organisation(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    return statement.where(Ticket.organisation_id == row_number(value))


def _requester(_desk: Desk, statement: Narrowed, value: str) -> Narrowed:
    return statement.where(Ticket.requester_id == row_number(value))


def _organisation_name(desk: Desk, value: str) -> str:
    found = desk.session.get(Organisation, row_number(value))
    return found.name if found else value


def _person_name(desk: Desk, value: str) -> str:
    found = desk.session.get(Person, row_number(value))
    return found.name if found else value


def _none(_desk: Desk) -> Iterable[tuple[str, str]]:
    return ()
