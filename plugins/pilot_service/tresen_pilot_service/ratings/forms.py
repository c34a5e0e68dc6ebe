# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form by which a customer says how content they are."""

from tresen.sdk import Form, lazy
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import InputRequired, Length

from tresen_pilot_service.ratings import states


class RatingForm(Form):
    """One of five answers, with a comment for those who care for the pilot."""

    score = RadioField(
        lazy("Your answer"),
        [InputRequired(lazy("Choose one of the five answers."))],
        coerce=int,
        choices=[SelectChoice(score, title) for score, title in states.SCORES.items()],
    )
    comment = TextAreaField(lazy("What is behind it?"), [Length(max=5000)])
