# SPDX-License-Identifier: AGPL-3.0-or-later
"""What rail and page both need, asked for once in a request."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from flask import g
from sqlalchemy import Row

from tresen.desk import Desk
from tresen.people import queries as people
from tresen.people.models import Person
from tresen.tickets import lists, queries, timeline
from tresen.tickets.models import Ticket
from tresen.tickets.views.addresses import listing_from

T = TypeVar("T")


def counts_of(desk: Desk) -> lists.Counts:
    """Return the counts of the views."""
    return _once("ticket_counts", lambda: lists.counts(desk))


def saved_views_of(desk: Desk) -> Sequence[Row[Any]]:
    """Return the agent's saved views."""
    return _once("saved_views", lambda: queries.saved_views(desk))


def saved_counts_of(desk: Desk) -> Sequence[int]:
    """Return how many tickets each of the saved views holds; see `lists.counts_of_each`."""
    return _once("saved_counts", lambda: lists.counts_of_each(desk, _listings(desk)))


def _listings(desk: Desk) -> list[lists.Listing]:
    return [listing_from(desk, dict(parse_qsl(view.query))) for view in saved_views_of(desk)]


def teams_of(desk: Desk) -> Sequence[Row[Any]]:
    """Return all teams."""
    return _once("teams", lambda: queries.teams(desk))


def participants_of(desk: Desk, ticket: Ticket) -> Sequence[tuple[Person, str | None]]:
    """Return who takes part in the request's ticket, with a mail address of each."""
    return _once("participants", lambda: timeline.participants_of(desk, ticket))


def requester_address(desk: Desk, ticket: Ticket) -> str:
    """Return the mail address of the requester of the request's ticket, empty for none."""
    if ticket.requester_id is None:
        return ""
    person_id = ticket.requester_id
    return _once("requester_address", lambda: people.primary_address(desk, person_id)) or ""


def _once(name: str, find: Callable[[], T]) -> T:
    if name not in g:
        setattr(g, name, find())
    found: Any = g.get(name)
    return found  # type: ignore[no-any-return]  # what `find` gave
