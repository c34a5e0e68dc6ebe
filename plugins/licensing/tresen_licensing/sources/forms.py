# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the operator decides about the offer of source."""

from tresen.sdk import lazy
from wtforms import Form as PlainForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange


class SourceSettings(PlainForm):
    """How long source stays on offer, and until when a request for it is answered."""

    answer_days = IntegerField(
        lazy("Days to answer a request for source"),
        [InputRequired(), NumberRange(1, 90)],
        default=14,
        description=lazy("Counted from the day on which it came in. Requests keep their day."),
    )
    keep_years = IntegerField(
        lazy("Years to keep archives of what runs no more"),
        [InputRequired(), NumberRange(3, 30)],
        default=3,
        description=lazy("Three at least: so long holds the written offer of the GPL, version 2."),
    )
