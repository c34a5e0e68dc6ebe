# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of an answer."""

from tresen.sdk import Form, choices, lazy
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from tresen_remote_support.checklists import states


class AnswerForm(Form):
    """The operator's answer to one requirement."""

    verdict = RadioField(
        lazy("Answer"), [InputRequired()], choices=choices(states.VERDICTS.items())
    )
    words = TextAreaField(
        lazy("In words"),
        [Length(max=5000)],
        description=lazy("Where it is written down, who is responsible, or why not."),
        render_kw={"rows": 4},
    )
