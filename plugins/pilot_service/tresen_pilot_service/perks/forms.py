# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form of what participants get."""

from typing import Any, ClassVar

from tresen.sdk import Form, lazy
from wtforms import IntegerField, SelectMultipleField, StringField, TimeField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_pilot_service.perks.models import Perks
from tresen_pilot_service.perks.words import WEEKDAYS

# Sixty days: nobody waits longer for what was promised to be quick.
LONGEST = 86_400


class PerksForm(Form):
    """Targets, hours of support, the quota of remote support and the direct line."""

    pairs: ClassVar = {"support_from": "support_to"}

    answer_minutes = IntegerField(
        lazy("Minutes to the first answer"),
        [Optional(), NumberRange(1, LONGEST)],
        description=lazy("Within the hours of support. New tickets of the pilot get this target."),
    )
    solve_minutes = IntegerField(
        lazy("Minutes to the solution"),
        [Optional(), NumberRange(1, LONGEST)],
        description=lazy("Within the hours of support, also while the customer's answer is due."),
    )
    support_days = SelectMultipleField(
        lazy("Days of support"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        description=lazy("Without days and hours, support is given round the clock."),
    )
    support_from = TimeField(lazy("Support from"), [Optional()])
    support_to = TimeField(
        lazy("Support to"), [Optional()], description=lazy("00:00 is the midnight of that day.")
    )
    remote_minutes = IntegerField(
        lazy("Minutes of remote support"),
        [Optional(), NumberRange(0, LONGEST)],
        description=lazy("For each participant, for the whole phase. Empty is without limit."),
    )
    direct_line = StringField(
        lazy("Direct line"),
        [Optional(), Length(max=60)],
        description=lazy("The phone number that participants may call."),
    )

    def offer(self) -> None:
        """Fill in the days of the week."""
        self.support_days.choices = list(WEEKDAYS.items())


def kept_values(perks: Perks | None) -> dict[str, Any]:
    """Return what the form begins with."""
    if perks is None:
        return {}
    names = ("answer_minutes", "solve_minutes", "support_from", "support_to")
    kept = {name: getattr(perks, name) for name in (*names, "remote_minutes", "direct_line")}
    return kept | {"support_days": list(perks.support_days)}
