# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of a customer's quota and of going beyond the rules."""

from tresen.sdk import Form, lazy
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

# Nobody looks at one customer's screens for longer than a month has.
LONGEST = 44_640


class QuotaForm(Form):
    """How many minutes a customer has each month."""

    minutes = IntegerField(
        lazy("Minutes of remote support each month"),
        [Optional(), NumberRange(0, LONGEST)],
        description=lazy("Empty: as the settings say. 0: without limit."),
    )


class BeyondForm(Form):
    """Why a session is held against hours, quota or contract."""

    reason = TextAreaField(
        lazy("Reason"),
        [InputRequired(), Length(max=2000)],
        description=lazy("It stays with the session and stands in the journal."),
        render_kw={"rows": 3},
    )
