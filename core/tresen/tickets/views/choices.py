# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the selects of forms offer: each kind by one query, with an empty choice where it may be."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from tresen.desk import Desk
from tresen.i18n import _, pgettext
from tresen.people import queries as people
from tresen.products import queries as products
from tresen.products.models import Installation
from tresen.tickets import queries, states
from tresen.tickets.forms import (
    NewTicketForm,
    PropertiesForm,
    TicketSettings,
    choice,
)
from tresen.tickets.models import Ticket
from tresen.tickets.views.shelf import teams_of

_INSTALLATIONS = (
    select(Installation)
    .where(Installation.organisation_id == bindparam("organisation_id"))
    .options(joinedload(Installation.product), joinedload(Installation.version))
    .order_by(Installation.id)
)


def offer_properties(desk: Desk, form: PropertiesForm, ticket: Ticket) -> None:
    """Fill the selects beside a thread; a former owner or product stays choosable."""
    steps = (ticket.state, *states.STEPS.get(ticket.state, ()))
    form.state.choices = [choice(step, states.TITLES.get(step, step)) for step in steps]
    form.priority.choices = form.impact.choices = form.urgency.choices = _levels()
    owners, offered = _agents(desk), _products(desk)
    if ticket.owner is not None:
        owners.setdefault(ticket.owner.id, ticket.owner.name)
    if ticket.product is not None:
        offered.setdefault(ticket.product.id, ticket.product.name)
    form.owner.choices = _optional(owners, _("Nobody"))
    form.team.choices = _optional(_teams(desk), _("No team"))
    form.product.choices = _optional(offered, pgettext("product", "None"))
    form.installation.choices = _optional(_installations(desk, ticket), _("None"))


def offer_new(desk: Desk, form: NewTicketForm) -> None:
    """Fill the selects of a new ticket."""
    form.impact.choices = form.urgency.choices = _levels()
    form.owner.choices = _optional(_agents(desk), _("Nobody"))
    form.team.choices = _optional(_teams(desk), _("No team"))
    form.product.choices = _optional(_products(desk), pgettext("product", "None"))


def offer_settings(desk: Desk, form: TicketSettings) -> None:
    """Fill the selects of the settings."""
    form.default_team.choices = _optional(
        {team.id: team.name for team in queries.teams(desk)}, _("No team")
    )


def _levels() -> list[Any]:
    return [choice(level, title) for level, title in reversed(states.PRIORITIES.items())]


def _optional(names: Mapping[int, str], nothing: str) -> list[Any]:
    return [choice("", nothing), *(choice(key, name) for key, name in names.items())]


def _agents(desk: Desk) -> dict[int, str]:
    return {person.id: person.name for person in people.agent_names(desk)}


def _teams(desk: Desk) -> dict[int, str]:
    return {team.id: team.name for team in teams_of(desk)}


def _products(desk: Desk) -> dict[int, str]:
    return {product.id: product.name for product in products.active_products(desk)}


def _installations(desk: Desk, ticket: Ticket) -> dict[int, str]:
    if ticket.organisation_id is None:
        return {}
    found = desk.session.scalars(_INSTALLATIONS, {"organisation_id": ticket.organisation_id})
    return {installation.id: _name_of(installation) for installation in found}


def _name_of(installation: Installation) -> str:
    version = installation.version.number if installation.version else ""
    parts = (installation.product.name, version, installation.name, installation.environment_title)
    return " ".join(part for part in parts if part)
