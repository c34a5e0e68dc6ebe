# SPDX-License-Identifier: AGPL-3.0-or-later
"""What customers see of their requests: public messages, and nothing besides."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tresen.desk import Desk
from tresen.people.models import Person
from tresen.tickets.models import Message, MessageFile, Ticket
from tresen.tickets.queries import shown_to_customers, taken_part, visible

PAGE_SIZE = 50


def requests(desk: Desk, *, is_own: bool, before: int | None = None) -> Sequence[Any]:
    """Return the latest requests that the actor may see: id, subject, state, changed_at, name.

    `is_own` leaves those of colleagues out in which the actor takes no part; `before` is the id of
    the last one seen.
    """
    statement = (
        visible(desk)
        .with_only_columns(Ticket.id, Ticket.subject, Ticket.state, Ticket.changed_at, Person.name)
        .outerjoin(Person, Person.id == Ticket.requester_id)
        .order_by(Ticket.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if is_own:
        statement = statement.where(taken_part(desk))
    if before is not None:
        statement = statement.where(Ticket.id < before)
    return desk.session.execute(statement).all()


def public_messages(desk: Desk, ticket: Ticket) -> Sequence[tuple[Message, bool]]:
    """Return the public messages in their order, each with whether it has an HTML part."""
    return desk.session.execute(
        select(Message, Message.html.is_not(None))
        .where(Message.ticket_id == ticket.id, shown_to_customers(desk))
        .options(
            joinedload(Message.author),
            selectinload(Message.files).joinedload(MessageFile.file),
        )
        .order_by(Message.id)
    ).all()
