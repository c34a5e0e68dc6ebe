# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds feedback with what every list shows of it, and the builds that it can be about."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, Organisation, Person, Ticket, _

from tresen_pilot_service.builds.models import Build, Rollout
from tresen_pilot_service.feedback import states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.models import Participation, PilotTicket, Programme

# What every list and page shows of it, loaded with it.
WHOLE = (
    joinedload(Feedback.participation).joinedload(Participation.organisation),
    joinedload(Feedback.build),
    joinedload(Feedback.person),
    joinedload(Feedback.ticket).joinedload(Ticket.organisation),
)


def feedback(desk: Desk, feedback_id: int) -> Feedback:
    """Return one, loaded whole, with what it is a duplicate of; raises Missing."""
    found = desk.session.scalar(
        select(Feedback)
        .where(Feedback.id == feedback_id)
        .options(*WHOLE, joinedload(Feedback.duplicate_of))
    )
    if found is None:
        raise Missing(_("There is no such feedback."))
    return found


def of_programme(desk: Desk, programme_id: int) -> Sequence[Feedback]:
    """Return all of a programme with customer, build, person and ticket, the oldest first."""
    return desk.session.scalars(_whole().where(Feedback.programme_id == programme_id)).all()


def of_participation(desk: Desk, participation_id: int) -> Sequence[Feedback]:
    """Return what a customer's people told, the newest first."""
    statement = _whole().where(Feedback.participation_id == participation_id)
    return desk.session.scalars(statement.order_by(None).order_by(Feedback.id.desc())).all()


def of_ticket(desk: Desk, ticket_id: int) -> Sequence[Feedback]:
    """Return what a ticket told, the oldest first."""
    return desk.session.scalars(
        select(Feedback).where(Feedback.ticket_id == ticket_id).order_by(Feedback.id)
    ).all()


def duplicates(desk: Desk, row: Feedback) -> Sequence[Feedback]:
    """Return what tells the same and was marked so, the oldest first."""
    return desk.session.scalars(_whole().where(Feedback.duplicate_of_id == row.id)).all()


def originals(desk: Desk, row: Feedback) -> Sequence[Feedback]:
    """Return what it can be a duplicate of: the programme's others that are none, newest first."""
    return desk.session.scalars(
        select(Feedback)
        .where(
            Feedback.programme_id == row.programme_id,
            Feedback.id != row.id,
            Feedback.state != states.DUPLICATE,
        )
        .order_by(Feedback.id.desc())
    ).all()


def counts(desk: Desk, programme_id: int) -> Mapping[str, int]:
    """Return how much there is: open_defects, open_blockers, total and unanswered."""
    is_open = Feedback.state.in_(states.OPEN)
    conditions = {
        "open_defects": and_(is_open, Feedback.kind == states.DEFECT),
        "open_blockers": and_(is_open, Feedback.severity == states.BLOCKER),
        "unanswered": _is_unanswered(),
    }
    columns = [func.count(case((when, 1))).label(name) for name, when in conditions.items()]
    row = desk.session.execute(
        select(func.count(Feedback.id).label("total"), *columns)
        .outerjoin(Ticket, Ticket.id == Feedback.ticket_id)
        .where(Feedback.programme_id == programme_id)
    ).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def new_count(desk: Desk, programme_id: int) -> int:
    """Return how much waits for triage."""
    asked = select(func.count()).where(
        Feedback.programme_id == programme_id, Feedback.state == states.NEW
    )
    return desk.session.scalar(asked) or 0


def is_answered(row: Feedback) -> bool:
    """Whether who told it was answered: from its page, or on its ticket. It must be loaded."""
    is_replied = row.ticket is not None and row.ticket.first_replied_at is not None
    return row.answered_at is not None or is_replied


def customer(row: Feedback) -> Organisation | None:
    """Return whose it is: who takes part, or the ticket's customer. It must be loaded."""
    if row.participation is not None:
        return row.participation.organisation
    return row.ticket.organisation if row.ticket is not None else None


def builds(desk: Desk, programme_ids: Sequence[int]) -> Sequence[Build]:
    """Return the builds of programmes, the newest first."""
    return desk.session.scalars(
        select(Build).where(Build.programme_id.in_(programme_ids)).order_by(Build.id.desc())
    ).all()


def builds_in(desk: Desk, participation: Participation) -> Sequence[Build]:
    """Return the builds that a participant's ring ever got, what it has now first, the newest
    of them in front: the first one is what is tried.
    """
    today = desk.today()
    is_gone = and_(Rollout.withdrawn_on.is_not(None), Rollout.withdrawn_on <= today)
    return desk.session.scalars(
        select(Build)
        .join(Rollout, Rollout.build_id == Build.id)
        .where(
            Build.programme_id == participation.programme_id,
            Rollout.ring == participation.ring,
            Rollout.rolled_out_on <= today,
        )
        .order_by(case((is_gone, 1), else_=0), Rollout.rolled_out_on.desc(), Build.id.desc())
    ).all()


def programmes_for(desk: Desk, ticket: Ticket) -> Sequence[Programme]:
    """Return the programmes that a ticket can tell of: the one that it came out of, if of any,
    then those that try its product, the newest first.
    """
    noted = (
        select(Participation.programme_id)
        .join(PilotTicket, PilotTicket.participation_id == Participation.id)
        .where(PilotTicket.ticket_id == ticket.id)
    )
    came_out = Programme.id.in_(noted)
    return desk.session.scalars(
        select(Programme)
        .where(or_(came_out, Programme.product_id == ticket.product_id))
        .order_by(case((came_out, 0), else_=1), Programme.ends_on.desc(), Programme.id.desc())
    ).all()


def participation_at(
    desk: Desk, programme_id: int, organisation_id: int | None
) -> Participation | None:
    """Return the part that a customer has in a programme, one that goes on first."""
    return desk.session.scalars(
        select(Participation)
        .where(
            Participation.programme_id == programme_id,
            Participation.organisation_id == organisation_id,
        )
        .order_by(Participation.ended_on.is_not(None), Participation.id.desc())
    ).first()


def newest_ticket(desk: Desk, participation_id: int) -> Ticket | None:
    """Return the newest ticket that came out of a participation."""
    return desk.session.scalars(
        select(Ticket)
        .join(PilotTicket, PilotTicket.ticket_id == Ticket.id)
        .where(PilotTicket.participation_id == participation_id)
        .order_by(Ticket.id.desc())
        .limit(1)
    ).first()


def people_of(desk: Desk, organisation_ids: Sequence[int]) -> Sequence[Person]:
    """Return the active people of customers, by customer and name."""
    return desk.session.scalars(
        select(Person)
        .join(Person.organisation)
        .where(Person.organisation_id.in_(organisation_ids), Person.is_active)
        .order_by(Organisation.name, Person.name, Person.id)
    ).all()


def _whole() -> Select[Feedback]:
    return select(Feedback).options(*WHOLE).order_by(Feedback.id)


def _is_unanswered() -> ColumnElement[bool]:
    """Return `is_answered` the other way round, over Feedback with its ticket joined."""
    is_silent = or_(Feedback.ticket_id.is_(None), Ticket.first_replied_at.is_(None))
    return and_(Feedback.answered_at.is_(None), is_silent)
