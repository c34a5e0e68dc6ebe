# SPDX-License-Identifier: AGPL-3.0-or-later
"""The core's further columns of ticket lists, built like a plugin's: chosen for each view."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from tresen.desk import Desk
from tresen.hooks.records import Column
from tresen.i18n import lazy
from tresen.products.models import Product
from tresen.tickets import queries, states
from tresen.tickets.models import Ticket


def core_columns() -> list[Column]:
    """Return the columns that a list shows when they are chosen."""
    return [
        Column("product", lazy("Product"), _products),
        Column("tags", lazy("Tags"), _tags),
        Column("channel", lazy("Channel"), _channels),
    ]


def _products(desk: Desk, ticket_ids: Sequence[int]) -> Mapping[int, str]:
    query = select(Ticket.id, Product.name).join(Ticket.product).where(Ticket.id.in_(ticket_ids))
    return _by_id(desk, query)


def _tags(desk: Desk, ticket_ids: Sequence[int]) -> Mapping[int, str]:
    found = queries.tags_by_ticket(desk, ticket_ids)
    return {ticket_id: ", ".join(tags) for ticket_id, tags in found.items()}


def _channels(desk: Desk, ticket_ids: Sequence[int]) -> Mapping[int, str]:
    found = _by_id(desk, select(Ticket.id, Ticket.channel).where(Ticket.id.in_(ticket_ids)))
    return {ticket_id: str(states.CHANNELS.get(name, name)) for ticket_id, name in found.items()}


def _by_id(desk: Desk, query: Any) -> dict[int, str]:
    return dict(desk.session.execute(query).all())
