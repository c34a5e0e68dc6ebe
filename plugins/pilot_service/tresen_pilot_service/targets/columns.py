# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is due next for a pilot's ticket, as a badge in lists."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from tresen.sdk import Column, Desk, _, lazy, ngettext

from tresen_pilot_service.targets import queries, states
from tresen_pilot_service.targets.queries import Promise

DAY_MINUTES = 24 * 60


def load(desk: Desk, ticket_ids: Sequence[int]) -> Mapping[int, str]:
    """Return what is due for each ticket with an open target, with one query."""
    if not desk.actor.may("pilot_service.read"):
        return {}
    found = {
        ticket_id: queries.next_due(promised)
        for ticket_id, promised in queries.promises(desk, ticket_ids).items()
    }
    return {key: text(desk, due) for key, due in found.items() if due is not None}


def text(desk: Desk, due: Promise) -> str:
    """Return a target in words: "answer due in 40 min", "answer overdue"."""
    is_answer = due.kind == queries.ANSWER
    if due.state == states.OVERDUE:
        return _("answer overdue") if is_answer else _("solution overdue")
    left = {"time": _left((due.at - desk.now()) // timedelta(minutes=1))}
    said = _("answer due in %(time)s") if is_answer else _("solution due in %(time)s")
    return said % left


def _left(minutes: int) -> str:
    """Return the time that is left, in days, hours or minutes, never more than there is."""
    if minutes >= 2 * DAY_MINUTES:
        days = minutes // DAY_MINUTES
        return ngettext("%(num)s day", "%(num)s days", days) % {"num": days}
    if minutes >= 120:
        return _("%(num)s h") % {"num": minutes // 60}
    return _("%(num)s min") % {"num": minutes}


TARGET = Column("pilot_service.target", lazy("Pilot target"), load, is_badge=True)
