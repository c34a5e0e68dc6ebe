# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finds appointments: those of agents for their calendar, and those of a customer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from tresen.sdk import Desk, Missing, _

from tresen_remote_support import queries, states
from tresen_remote_support.models import RemoteSession

# So far ahead the calendar looks.
AHEAD = timedelta(days=14)


def planned(desk: Desk, agent_id: int | None = None) -> Sequence[RemoteSession]:
    """Return the appointments of the reader's next days, of one agent or of all, by time."""
    first = _midnight(desk)
    statement = queries.visible(desk).where(
        RemoteSession.planned_from >= first,
        RemoteSession.planned_from < first + AHEAD,
        RemoteSession.state.in_(states.OPEN),
    )
    if agent_id is not None:
        statement = statement.where(RemoteSession.agent_id == agent_id)
    by_time = statement.order_by(RemoteSession.planned_from, RemoteSession.id)
    return desk.session.scalars(by_time).all()


def by_day(desk: Desk, rows: Sequence[RemoteSession]) -> list[tuple[date, list[RemoteSession]]]:
    """Return appointments, which are in their order, by the days of the reader's clock."""
    zone = ZoneInfo(desk.time_zone)

    def day(row: RemoteSession) -> date:
        return (row.planned_from or desk.now()).astimezone(zone).date()

    return [(key, list(found)) for key, found in groupby(rows, key=day)]


def planned_for(desk: Desk, person_id: int) -> Sequence[RemoteSession]:
    """Return the appointments of a customer that are still to come or to be offered, by time."""
    statement = select(RemoteSession).where(
        RemoteSession.person_id == person_id,
        RemoteSession.state == states.REQUESTED,
        RemoteSession.planned_to > desk.now(),
    )
    by_time = statement.options(*queries.WHOLE).order_by(RemoteSession.planned_from)
    return desk.session.scalars(by_time).all()


def own(desk: Desk, reference: str) -> RemoteSession:
    """Return an appointment of the customer who asks; raises Missing for anybody else's."""
    found = planned_for(desk, desk.actor.person_id or 0)
    row = next((each for each in found if each.reference == reference), None)
    if row is None:
        raise Missing(_("This appointment does not exist any more."))
    return row


def _midnight(desk: Desk) -> datetime:
    """Return when the reader's day begins."""
    here = desk.now().astimezone(ZoneInfo(desk.time_zone))
    return here.replace(hour=0, minute=0, second=0, microsecond=0)
