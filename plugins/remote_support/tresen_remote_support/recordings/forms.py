# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decides about recordings: for how long they are kept, and how much at most."""

from tresen.sdk import lazy
from wtforms import Form, IntegerField
from wtforms.validators import NumberRange


class RecordingSettings(Form):
    """Limits; whether anything is recorded at all is the customer's word."""

    days = IntegerField(
        lazy("Recordings are deleted after (days)"),
        [NumberRange(1, 365)],
        default=14,
        description=lazy(
            "Where the access profile says nothing else. It holds for recordings that are agreed"
            " to from now on."
        ),
    )
    most_minutes = IntegerField(
        lazy("Minutes recorded in one session at most"), [NumberRange(5, 480)], default=60
    )
    most_megabytes = IntegerField(
        lazy("Megabytes recorded in one session at most"),
        [NumberRange(5, 2000)],
        default=500,
        description=lazy("They lie in the database. An hour takes some 300 MB."),
    )
