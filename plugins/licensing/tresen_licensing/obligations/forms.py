# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of obligations: how a duty is met, and which licence is chosen."""

from tresen.sdk import Form, choices, lazy, ngettext
from wtforms import BooleanField, FileField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from tresen_licensing.obligations import duties
from tresen_licensing.obligations.states import Duty, Undecided


class DutyForm(Form):
    """How a duty is met."""

    how = TextAreaField(
        lazy("How it is met"), [InputRequired(), Length(max=10_000)], render_kw={"rows": 4}
    )
    evidence = StringField(
        lazy("Evidence"),
        [Length(max=1000)],
        description=lazy("An address, a page of the manual, a number of an order."),
    )
    file = FileField(
        lazy("File"), description=lazy("Takes the place of the one that is kept. At most 50 MB.")
    )
    is_for_all = BooleanField(lazy("Likewise for every other licence with this duty"))

    def offer(self, found: Duty, others: int) -> None:
        """Say what the duty asks for, and of how many further licences it is open."""
        self.how.description = duties.MEANINGS[found.kind]
        text = ngettext("One other licence", "%(num)s other licences", others)
        self.is_for_all.description = text % {"num": others}
        if not others:
            del self.is_for_all


class ChoiceForm(Form):
    """Which licence of several is chosen."""

    chosen = RadioField(lazy("Chosen"), [InputRequired()])
    note = TextAreaField(lazy("Why?"), [Length(max=5000)], render_kw={"rows": 3})

    def offer(self, found: Undecided) -> None:
        """Fill in the ways to choose from."""
        self.chosen.choices = choices((each, each) for each in found.ways)
