# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of builds and of the steps from ring to ring."""

from tresen.sdk import Desk, Form, _, lazy
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from tresen_pilot_service.builds import queries
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.forms import identity


class BuildForm(Form):
    """What participants read of a build."""

    number = StringField(lazy("Number"), [DataRequired(), Length(max=60)])
    version_id = SelectField(
        lazy("Version"),
        coerce=identity,
        description=lazy("As which installations are known to run it."),
    )
    notes = TextAreaField(lazy("What is new"), [Length(max=20_000)])
    known_issues = TextAreaField(lazy("Known issues"), [Length(max=20_000)])
    rollback_note = TextAreaField(
        lazy("Rollback note"),
        [Length(max=20_000)],
        description=lazy("How participants go back. Without it the build reaches no ring."),
    )

    def offer(self, desk: Desk, product_id: int) -> None:
        """Fill in the versions of the product."""
        numbers = [(row.id, row.number) for row in queries.versions(desk, product_id)]
        self.version_id.choices = [("", _("No version")), *numbers]


class TellingForm(Form):
    """Whether participants are written to."""

    is_told = BooleanField(
        lazy("Write to each participant"),
        default=True,
        description=lazy(
            "Opens a ticket for each key user; answers come back to the support contact."
        ),
    )


class RolloutForm(TellingForm):
    """From which day a ring has a build."""

    rolled_out_on = DateField(lazy("Rolled out on"), [InputRequired()])
    sets_versions = BooleanField(
        lazy("Installations run this version from now on"),
        default=True,
        description=lazy("Those that the participants of the ring name."),
    )

    def offer(self, build: Build) -> None:
        """Leave out what the build has no version for."""
        if build.version_id is None:
            del self.sets_versions
