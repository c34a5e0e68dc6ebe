# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds what was promised for tickets and says whether it was kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from tresen.sdk import Desk, Ticket, lazy, minutes_between

from tresen_pilot_service.models import Participation, PilotTicket
from tresen_pilot_service.perks import queries as perks_queries
from tresen_pilot_service.perks.models import Perks
from tresen_pilot_service.targets import states
from tresen_pilot_service.targets.models import Target

ANSWER, SOLUTION = "answer", "solution"
TITLES = {ANSWER: lazy("First answer"), SOLUTION: lazy("Solution")}

# Every list and every ticket's page asks this, so it is made once.
_PROMISED = (
    select(
        Target.ticket_id,
        Target.answer_by,
        Target.solve_by,
        Ticket.first_replied_at,
        Ticket.solved_at,
    )
    .join(Ticket, Ticket.id == Target.ticket_id)
    .where(Target.ticket_id.in_(bindparam("ticket_ids", expanding=True)))
)


# What figures count a state as.
_OUTCOMES = {
    states.MET: "in time",
    **dict.fromkeys((states.MISSED, states.OVERDUE), "late"),
    **dict.fromkeys((states.OPEN, states.NEAR), "open"),
}


@dataclass(frozen=True)
class Promise:
    """One target of a ticket: until when, when it was reached, and where it stands."""

    kind: str
    at: datetime
    reached_at: datetime | None
    state: str

    @property
    def title(self) -> str:
        """What is due, in the reader's language."""
        return str(TITLES[self.kind])

    @property
    def is_open(self) -> bool:
        """Whether it is still to be reached."""
        return self.reached_at is None


@dataclass(frozen=True)
class Figures:
    """How a programme keeps its targets; what is overdue counts as late.

    `median_reaction` are minutes within the hours of support from opening to the first reply, of
    every ticket of the programme that has one; None without any.
    """

    answered_in_time: int
    answered_late: int
    answer_open: int
    solved_in_time: int
    solved_late: int
    solve_open: int
    median_reaction: int | None


def promises(desk: Desk, ticket_ids: Sequence[int]) -> Mapping[int, Sequence[Promise]]:
    """Return the targets of each ticket that has some, the answer first, in one query."""
    found = desk.session.execute(_PROMISED, {"ticket_ids": list(ticket_ids)})
    return {row.ticket_id: _promises(row, desk.now()) for row in found}


def next_due(promised: Sequence[Promise]) -> Promise | None:
    """Return the target that has to be reached next; None where all are."""
    return next((each for each in promised if each.is_open), None)


def overdue(now: datetime, kind: str) -> ColumnElement[bool]:
    """Return the condition over Ticket: a target of this kind, or of any where empty, is over."""
    passed = {
        ANSWER: and_(
            Ticket.first_replied_at.is_(None),
            Ticket.id.in_(select(Target.ticket_id).where(Target.answer_by < now)),
        ),
        SOLUTION: Ticket.id.in_(select(Target.ticket_id).where(Target.solve_by < now)),
    }
    wanted = [passed[kind]] if kind else list(passed.values())
    # Whoever solved a ticket has answered it, too.
    return and_(Ticket.solved_at.is_(None), or_(*wanted))


def figures(desk: Desk, programme_id: int) -> Figures:
    """Return how the programme keeps its targets, from its tickets in one query."""
    rows = desk.session.execute(
        select(
            Target.answer_by,
            Target.solve_by,
            Ticket.created_at,
            Ticket.first_replied_at,
            Ticket.solved_at,
        )
        .select_from(PilotTicket)
        .join(Participation, Participation.id == PilotTicket.participation_id)
        .join(Ticket, Ticket.id == PilotTicket.ticket_id)
        .outerjoin(Target, Target.ticket_id == PilotTicket.ticket_id)
        .where(Participation.programme_id == programme_id)
    ).all()
    promised = [each for row in rows for each in _promises(row, desk.now())]
    counts = Counter((each.kind, _OUTCOMES[each.state]) for each in promised)
    return Figures(
        answered_in_time=counts[ANSWER, "in time"],
        answered_late=counts[ANSWER, "late"],
        answer_open=counts[ANSWER, "open"],
        solved_in_time=counts[SOLUTION, "in time"],
        solved_late=counts[SOLUTION, "late"],
        solve_open=counts[SOLUTION, "open"],
        median_reaction=_median_reaction(desk, programme_id, rows),
    )


def _promises(row: Any, now: datetime) -> list[Promise]:
    moments = (
        (ANSWER, row.answer_by, states.answered_at(row.first_replied_at, row.solved_at)),
        (SOLUTION, row.solve_by, row.solved_at),
    )
    return [
        Promise(kind, until, reached, states.state_of(until, reached, now))
        for kind, until, reached in moments
        if until is not None
    ]


def _median_reaction(desk: Desk, programme_id: int, rows: Sequence[Any]) -> int | None:
    none = Perks(programme_id=programme_id, support_days="")
    perks = perks_queries.perks_of(desk, [programme_id]).get(programme_id, none)
    place = perks_queries.holidays_of(desk)
    waited = [
        minutes_between(
            perks_queries.hours_without(desk, perks, row.created_at, place),
            row.created_at,
            row.first_replied_at,
        )
        for row in rows
        if row.first_replied_at is not None
    ]
    return round(median(waited)) if waited else None
