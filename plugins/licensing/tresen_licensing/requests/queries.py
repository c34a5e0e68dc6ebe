# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds requests for source by where they stand, and how long answers took."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload
from tresen.sdk import Desk, Missing, _

from tresen_licensing.requests import states
from tresen_licensing.requests.models import SourceRequest

PAGE = 50


@dataclass(frozen=True)
class Standing:
    """How many requests are open and overdue, and in how many days answers came.

    The days are of the requests that were answered, None without any.
    """

    open: int
    overdue: int
    answered: int
    median_days: float | None
    most_days: int | None


def requests(desk: Desk, state: str, page: int) -> Sequence[SourceRequest]:
    """Return a page of requests and one more, where there is one.

    Of the open ones the most urgent stands first, of those answered the last one.
    """
    wanted = _in_state(desk, select(SourceRequest), state).options(*_whole())
    if state == states.ANSWERED:
        ordered = wanted.order_by(SourceRequest.answered_on.desc(), SourceRequest.id.desc())
    else:
        ordered = wanted.order_by(SourceRequest.due_on, SourceRequest.id)
    return desk.session.scalars(ordered.offset((page - 1) * PAGE).limit(PAGE + 1)).all()


def request(desk: Desk, request_id: int) -> SourceRequest:
    """Return one request with who asked and who answered; raises Missing."""
    one = select(SourceRequest).where(SourceRequest.id == request_id).options(*_whole())
    found = desk.session.scalar(one)
    if found is None:
        raise Missing(_("There is no such request."))
    return found


def of_ticket(desk: Desk, ticket_id: int) -> Sequence[SourceRequest]:
    """Return the requests that came in on a ticket, the first one first."""
    own = select(SourceRequest).where(SourceRequest.ticket_id == ticket_id)
    return desk.session.scalars(own.order_by(SourceRequest.id)).all()


def overdue(desk: Desk) -> int:
    """Return how many requests are overdue."""
    counted = select(func.count()).select_from(SourceRequest)
    return desk.session.scalar(_in_state(desk, counted, states.OVERDUE)) or 0


def standing(desk: Desk) -> Standing:
    """Return how requests stand, and how quickly they are answered."""
    spans = desk.session.execute(
        select(SourceRequest.received_on, SourceRequest.answered_on).where(
            SourceRequest.answered_on.is_not(None)
        )
    )
    days = [(answered - received).days for received, answered in spans if answered]
    waiting = select(func.count()).select_from(SourceRequest)
    return Standing(
        open=desk.session.scalar(_in_state(desk, waiting, states.OPEN)) or 0,
        overdue=overdue(desk),
        answered=len(days),
        median_days=median(days) if days else None,
        most_days=max(days, default=None),
    )


def state_of(desk: Desk, row: SourceRequest) -> str:
    """Return where a request stands today."""
    if row.answered_on is not None:
        return states.ANSWERED
    return states.OVERDUE if row.due_on < desk.today() else states.OPEN


def _in_state(desk: Desk, statement: Select[Any], state: str) -> Select[Any]:
    if state == states.ANSWERED:
        return statement.where(SourceRequest.answered_on.is_not(None))
    waiting = statement.where(SourceRequest.answered_on.is_(None))
    if state == states.OVERDUE:
        return waiting.where(SourceRequest.due_on < desk.today())
    return waiting


def _whole() -> tuple[Any, ...]:
    return (
        joinedload(SourceRequest.person),
        joinedload(SourceRequest.answered_by),
        joinedload(SourceRequest.ticket),
    )
