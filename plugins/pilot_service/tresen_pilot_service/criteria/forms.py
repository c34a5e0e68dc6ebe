# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of hypotheses and criteria."""

from tresen.sdk import Form, choices, lazy
from wtforms import FloatField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import NumberInput

from tresen_pilot_service.criteria import measures, states

_WORDS = {"": None, "yes": True, "no": False}
_SHOWN = [("", lazy("Not known yet")), ("yes", lazy("Met")), ("no", lazy("Not met"))]


def word(value: object) -> bool | None:
    """Return what was chosen of met, not met and not known yet."""
    if isinstance(value, bool) or value is None:
        return value
    return _WORDS.get(str(value))


class HypothesisForm(Form):
    """What is assumed, and what the pilot says of it."""

    text = TextAreaField(lazy("Hypothesis"), [InputRequired(), Length(max=2000)])
    verdict = SelectField(
        lazy("Verdict"), choices=choices(states.VERDICTS.items()), default=states.OPEN
    )
    evidence = TextAreaField(
        lazy("Evidence"),
        [Length(max=5000)],
        description=lazy("By what it is known: figures, tickets, what customers said."),
    )


class CriterionForm(Form):
    """What has to be met, and how it is known."""

    phase = SelectField(lazy("Phase"), choices=choices(states.PHASES.items()), default=states.EXIT)
    measure = SelectField(lazy("Measured by"), choices=choices(measures.TITLES.items()))
    bound = FloatField(
        lazy("Bound"),
        [Optional(), NumberRange(0, 1_000_000)],
        widget=NumberInput(step="any"),
        description=lazy("At most so many of what is open; at least so many of all else."),
    )
    text = StringField(
        lazy("In words"),
        [Length(max=300)],
        description=lazy("Needed where a person says whether it is met."),
    )
    is_met = SelectField(
        lazy("Is it met?"),
        coerce=word,
        choices=choices(_SHOWN),
        description=lazy("Only where a person says so."),
    )
    evidence = TextAreaField(lazy("Evidence"), [Length(max=5000)])
