# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of checkpoints: a review that was held, and one that is planned."""

from datetime import date, datetime, time, timedelta

from tresen.sdk import Desk, _

from tresen_pilot_service import queries
from tresen_pilot_service.checkpoints import service
from tresen_pilot_service.checkpoints.models import Checkpoint
from tresen_pilot_service.models import Programme

_HELD_AGO = timedelta(days=14)
_PLANNED_IN = timedelta(days=7)
_DUE_IN = timedelta(days=5)
_TEN = time(10)
_FRIDAY = 4


def fill(desk: Desk, programme: Programme) -> None:
    """Let one checkpoint have been held, with minutes that participants read, and plan another."""
    today = desk.today()
    held = _plan(desk, programme, _("Half-time review"), _at_ten(today - _HELD_AGO))
    _hold(desk, held)
    _plan(desk, programme, _("Closing review"), _at_ten(today + _PLANNED_IN))


def _at_ten(day: date) -> datetime:
    """Return ten o'clock of the day, of the Friday before where it falls on a weekend."""
    weekend = max(0, day.weekday() - _FRIDAY)
    return datetime.combine(day - timedelta(days=weekend), _TEN)


def _plan(desk: Desk, programme: Programme, title: str, starts_at: datetime) -> Checkpoint:
    values = {
        "title": title,
        "starts_at": starts_at,
        "duration": 60,
        "place": _("Video conference"),
        "agenda": _("What works, what is missing, what comes next"),
        "is_for_all": True,
        "asked": [],
    }
    return service.plan(desk, programme, values)


def _hold(desk: Desk, held: Checkpoint) -> None:
    minutes = _("All customers work with the product every day. Printing labels is still slow.")
    service.write_minutes(desk, held, {"minutes": minutes, "is_published": True})
    (first, *_others) = queries.participations(desk, held.programme_id)
    decided = (
        (_("Measure how long a label takes"), first.contact_id, ""),
        (_("Send an example of a slow label"), None, first.organisation.name),
    )
    due_on = desk.today() + _DUE_IN
    for text, person_id, name in decided:
        values = {"text": text, "person_id": person_id, "name": name, "due_on": due_on}
        service.decide(desk, held, {**values, "done_on": None})
