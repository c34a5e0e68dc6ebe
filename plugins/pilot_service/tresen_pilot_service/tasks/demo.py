# SPDX-License-Identifier: AGPL-3.0-or-later
"""What `tresen demo` shows of tasks: four of them, and how they went so far."""

from datetime import timedelta

from tresen.sdk import Desk, _

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.models import Programme
from tresen_pilot_service.tasks import service, states

# How the tasks went at one customer after the other, in the order of the tasks.
WENT = (
    (states.DONE, states.DONE, states.FAILED, states.DONE),
    (states.DONE, states.DONE),
    (states.DONE,),
)
EVERY = timedelta(days=6)


def fill(desk: Desk, programme: Programme) -> None:
    """Add four tasks and say how they went."""
    asked = (
        (_("Import a month of your own data"), _("It worked when the totals agree.")),
        (_("Print a report"), _("Choose the report that you need most.")),
        (_("Work for a day without the network"), _("Pull the plug and go on as usual.")),
        (_("Let a new colleague find the way"), _("Explain nothing, and watch.")),
    )
    tasks = [
        service.add_task(desk, programme, {"title": title, "instructions": how})
        for title, how in asked
    ]
    for row, went in zip(programmes.participations(desk, programme.id), WENT, strict=False):
        for number, (task, outcome) in enumerate(zip(tasks, went, strict=False), 1):
            note = _("The last hour was missing afterwards.") if outcome == states.FAILED else ""
            if row.key_user is not None:
                said = {"outcome": outcome, "note": note}
                result = service.say(desk, row, task, row.key_user, said)
                result.done_on = programme.starts_on + number * EVERY
    desk.session.flush()
