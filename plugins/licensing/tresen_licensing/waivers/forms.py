# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of waivers."""

from tresen.sdk import Form, choices, lazy
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from tresen_licensing.waivers import reasons


class WaiverForm(Form):
    """Why something need not be published, and until when."""

    reason = SelectField(lazy("Reason"), choices=choices(reasons.REASONS.items()))
    explanation = TextAreaField(lazy("Why?"), [InputRequired(), Length(max=5000)])
    until = DateField(
        lazy("Last day"),
        [InputRequired()],
        description=lazy("It ends by itself, and the clock runs again."),
    )
