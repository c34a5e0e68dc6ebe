# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the worker does to tickets: it closes what stayed solved, and finds by new names."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tresen.desk import Desk
from tresen.jobs.service import enqueue
from tresen.search import service as search
from tresen.settings import service as settings
from tresen.tickets import service, states
from tresen.tickets.models import Ticket
from tresen.tickets.records import SETTINGS

# More wait for the next run, so that no transaction holds writers up for long.
MOST = 200


def close_solved(desk: Desk) -> None:
    """Close tickets that were solved so many days ago; 0 days lets them stay solved."""
    days = settings.read(desk, SETTINGS)["close_after_days"]
    if not days:
        return
    solved = (
        select(Ticket)
        .where(Ticket.state == states.SOLVED, Ticket.solved_at < desk.ago(days=days))
        .order_by(Ticket.changed_at, Ticket.id)
        .limit(MOST)
    )
    for ticket in desk.session.scalars(solved).all():
        service.change(desk, ticket, {"state": states.CLOSED})


def index_heads(desk: Desk, field: str, subject_id: int, after: int = 0) -> None:
    """Let search find tickets by the new name of a person or an organisation.

    `field` is the ticket's that names it. At most 200 tickets with an id above `after` are done;
    the next step is queued for the others.
    """
    found = desk.session.scalars(
        select(Ticket)
        .where(getattr(Ticket, field) == subject_id, Ticket.id > after)
        .options(joinedload(Ticket.requester), joinedload(Ticket.organisation))
        .order_by(Ticket.id)
        .limit(MOST)
    ).all()
    search.put_all(desk, "ticket", {each.id: service.head_text(desk, each) for each in found})
    if len(found) == MOST:
        values = {"field": field, "subject_id": subject_id, "after": found[-1].id}
        enqueue(desk, "tickets.index_heads", values)
