# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of appointments; times are those of the operator's clock, and say so."""

from datetime import datetime
from typing import Any

from tresen.sdk import Desk, Form, _, active_agents, lazy
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

LONGEST = 8 * 60
LENGTH = lazy("Length in minutes")
NUMBER = lazy("Phone number")
DIRECT_LINE = lazy("Left empty, the direct line is called.")
ABOUT = lazy("What it is about")


class OfferForm(Form):
    """Which times an agent offers; the participant confirms one of them."""

    agent_id = SelectField(lazy("Agent"), [InputRequired()], coerce=int)
    first = DateTimeLocalField(lazy("Time"), [InputRequired()])
    second = DateTimeLocalField(lazy("Second time to choose from"), [Optional()])
    third = DateTimeLocalField(lazy("Third time to choose from"), [Optional()])
    minutes = IntegerField(LENGTH, [InputRequired(), NumberRange(5, LONGEST)], default=30)
    number = StringField(NUMBER, [Length(max=60)], description=DIRECT_LINE)
    wish = TextAreaField(ABOUT, [Length(max=2000)])

    def offer(self, desk: Desk) -> None:
        """Fill in the agents, and whose clock is meant."""
        self.agent_id.choices = [(row.id, row.name) for row in active_agents(desk)]
        self.first.description = clock(desk)

    def times(self) -> list[datetime]:
        """Return the times that were filled in."""
        fields = (self.first, self.second, self.third)
        return [field.data for field in fields if field.data is not None]


class WishForm(Form):
    """What a customer asks for."""

    time = DateTimeLocalField(lazy("Time that suits you"), [InputRequired()])
    minutes = IntegerField(LENGTH, [InputRequired(), NumberRange(5, LONGEST)], default=30)
    number = StringField(NUMBER, [Length(max=60)], description=DIRECT_LINE)
    wish = TextAreaField(ABOUT, [InputRequired(), Length(max=2000)])

    def offer(self, desk: Desk) -> None:
        """Fill in whose clock is meant."""
        self.time.description = clock(desk)


class HeldForm(Form):
    """How long it took, and what was done."""

    minutes = IntegerField(
        lazy("Minutes of remote support"),
        [Optional(), NumberRange(0, LONGEST)],
        description=lazy("They are booked on the quota. Left empty, nothing is booked."),
    )
    note = TextAreaField(
        lazy("What was done"),
        [Length(max=2000)],
        description=lazy("The customer reads this, too."),
    )
    beyond = BooleanField(
        lazy("Beyond the quota"),
        description=lazy("What the quota does not hold any more is booked beside it."),
    )


_TIMES = ("first", "second", "third")


def clock(desk: Desk) -> str:
    """Return whose clock the times of a form are."""
    return _("On the clock of %(zone)s.") % {"zone": desk.config.time_zone}


def offered(form: OfferForm, given: dict[str, Any]) -> dict[str, Any]:
    """Return what was filled in, with all times in one list."""
    rest = {name: value for name, value in given.items() if name not in _TIMES}
    return rest | {"times": form.times()}
