# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of advisories: a file to import, and where a finding stands."""

from tresen.sdk import Form, choices, lazy, ngettext
from wtforms import BooleanField, FileField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tresen_licensing.advisories import states


class ImportForm(Form):
    """Advisories from a file."""

    file = FileField(
        lazy("File"),
        description=lazy(
            "One advisory in the OSV format (JSON), or a zip of up to 2000 of them, at most 50 MB. "
            "A larger export is imported by the command “tresen licensing advisories import”."
        ),
    )


class FindingForm(Form):
    """Where a finding stands, and why."""

    status = RadioField(lazy("State"), [InputRequired()], choices=choices(states.STATES.items()))
    justification = SelectField(
        lazy("Why it is not affected"),
        [Optional()],
        choices=choices([("", lazy("Please choose")), *states.JUSTIFICATIONS.items()]),
        description=lazy("Only for “not affected”."),
    )
    note = TextAreaField(
        lazy("In words"),
        [Length(max=10_000)],
        description=lazy(
            "For “affected” what users shall do, else how you know. "
            "It stands in the VEX document that goes to others."
        ),
        render_kw={"rows": 4},
    )
    is_for_all = BooleanField(lazy("Likewise for other releases with this component"))

    def offer(self, others: int) -> None:
        """Say in how many further releases the same component is found."""
        text = ngettext("One other release", "%(num)s other releases", others)
        self.is_for_all.description = text % {"num": others}
        if not others:
            del self.is_for_all
