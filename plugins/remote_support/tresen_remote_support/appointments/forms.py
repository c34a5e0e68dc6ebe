# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form in which an appointment is moved."""

from tresen.sdk import Desk, Form, _, lazy
from wtforms import DateTimeLocalField, IntegerField
from wtforms.validators import InputRequired, NumberRange

# Minutes: who shows their screen needs a rest after eight hours at the latest.
SHORTEST, LONGEST = 5, 480
# As browsers send a time, and as they want it back.
TYPED = "%Y-%m-%dT%H:%M"


class MoveForm(Form):
    """The new time of an appointment."""

    planned_at = DateTimeLocalField(lazy("Time"), [InputRequired()], format=TYPED)
    planned_minutes = IntegerField(
        lazy("Minutes"), [InputRequired(), NumberRange(SHORTEST, LONGEST)]
    )

    def offer(self, desk: Desk) -> None:
        """Fill in whose clock is meant."""
        self.planned_at.description = clock(desk)


def clock(desk: Desk) -> str:
    """Return whose clock the times of a form are."""
    return _("On the clock of %(zone)s.") % {"zone": desk.config.time_zone}
