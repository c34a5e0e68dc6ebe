# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of minutes that were given."""

from tresen.sdk import Form, lazy
from wtforms import BooleanField, DateField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

# A day has no more.
DAY = 24 * 60


class MinutesForm(Form):
    """Remote support of one day: how long, what was done, and for which ticket."""

    minutes = IntegerField(lazy("Minutes"), [InputRequired(), NumberRange(1, DAY)])
    worked_on = DateField(lazy("Day"), [InputRequired()])
    note = TextAreaField(
        lazy("What was done"),
        [InputRequired(), Length(max=2000)],
        description=lazy("The customer reads this, too."),
    )
    ticket_number = IntegerField(lazy("Ticket number"), [Optional(), NumberRange(1, 2_000_000_000)])
    beyond = BooleanField(
        lazy("Beyond the quota"),
        description=lazy("What the quota does not hold any more is booked beside it."),
    )
