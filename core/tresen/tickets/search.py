# SPDX-License-Identifier: AGPL-3.0-or-later
"""How search finds and shows tickets."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, true

from tresen.desk import Desk
from tresen.hooks.records import SearchHit, SearchSource
from tresen.i18n import lazy
from tresen.people.models import Person
from tresen.search import pages
from tresen.search.models import SearchEntry
from tresen.tickets import queries, states
from tresen.tickets.models import FIRST_NUMBER, Message, Ticket

# A longer number is no ticket's, and no database's integer either.
MOST_DIGITS = 9


def scope(desk: Desk) -> ColumnElement[bool]:
    """Return the condition that an entry belongs to a ticket the actor may see."""
    conditions = queries.scope(desk)
    if not conditions or desk.actor.may("tickets.read_restricted"):
        return true()
    if desk.actor.is_agent:
        # An agent sees nearly all, so each of the few that have the word is asked by itself; as a
        # value, because a planner would answer `EXISTS` by a walk through all tickets.
        own = select(true()).where(Ticket.id == SearchEntry.subject_id, *conditions)
        return own.correlate(SearchEntry).scalar_subquery().is_not(None)
    return SearchEntry.subject_id.in_(select(Ticket.id).where(*conditions))


def hits(desk: Desk, ticket_ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """Return a line for each of the tickets."""
    rows = desk.session.execute(
        select(Ticket.id, Ticket.subject, Ticket.state, Person.name)
        .outerjoin(Person, Person.id == Ticket.requester_id)
        .where(Ticket.id.in_(ticket_ids), *queries.scope(desk))
    )
    return {
        row.id: SearchHit(
            f"#{row.id + FIRST_NUMBER} {row.subject}",
            "tickets.page",
            {"number": row.id + FIRST_NUMBER},
            " · ".join(filter(None, (str(states.TITLES[row.state]), row.name))),
        )
        for row in rows
    }


def direct(desk: Desk, question: str) -> SearchHit | None:
    """Return the ticket whose number is the whole question, with or without its `#`."""
    digits = question.removeprefix("#")
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        return None
    ticket_id = int(digits) - FIRST_NUMBER
    return hits(desk, [ticket_id]).get(ticket_id)


def tickets_found(
    desk: Desk, question: str, equal: dict[str, Any], before: int | None, limit: int
) -> list[tuple[int, Ticket]]:
    """Return tickets by words of subject, names and messages, newest first, with their places.

    Their fields equal the given ones; `before` is the place of the last one seen.
    """
    fields = [getattr(Ticket, name) == value for name, value in equal.items()]
    subjects = select(Ticket.id).where(*fields) if equal else None
    asked = pages.Question(question, SOURCE, subjects=subjects)
    found = pages.subjects_before(desk, asked, before, limit)
    shown = {each.id: each for each in queries.by_ids(desk, [each.subject_id for each in found])}
    return [(each.id, shown[each.subject_id]) for each in found if each.subject_id in shown]


def messages_found(
    desk: Desk, question: str, before: int | None, limit: int
) -> list[tuple[int, Message]]:
    """Return messages that have the words, on whichever ticket, as `tickets_found`."""
    asked = pages.Question(question, SOURCE, SearchEntry.part_id > 0)
    found = pages.parts_before(desk, asked, before, limit)
    shown = queries.messages_by_ids(desk, [each.part_id for each in found])
    return [(each.id, shown[each.part_id]) for each in found if each.part_id in shown]


SOURCE = SearchSource("ticket", lazy("Tickets"), scope, hits, direct)
