# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of deployments."""

from tresen.sdk import Desk, Form, OrganisationField, _, lazy
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Regexp

from tresen_licensing.changes import queries as changes
from tresen_licensing.deployments import queries, service
from tresen_licensing.developments.models import Development


class DeploymentForm(Form):
    """Which version runs where, and since when."""

    organisation_id = OrganisationField(lazy("Customer"), [InputRequired()])
    version = SelectField(lazy("Version of the changes"), coerce=int)
    installation_id = SelectField(
        lazy("Installation"), coerce=lambda value: int(value) if value else None
    )
    first_seen_on = DateField(lazy("Runs there since"), [InputRequired()])
    is_outside = BooleanField(
        lazy("Somebody outside our own house has it, or uses it over the network"),
        default=True,
        description=lazy("This starts the clock: from then on its source is owed."),
    )

    def offer(self, desk: Desk, row: Development) -> None:
        """Fill in what can be chosen."""
        found = changes.change_sets_of(desk, row.id)
        places = queries.installations(desk, row.organisation_id)
        self.version.choices = [(each.version, f"v{each.version}") for each in found]
        self.installation_id.choices = [("", _("Not kept in Tresen")), *places]


class VerifyForm(Form):
    """Which source was found where it runs."""

    tree = StringField(
        lazy("Tree that runs there"),
        [
            InputRequired(),
            Regexp(rf"^{service.TREE.pattern}$", message=lazy("A tree has 40 digits.")),
        ],
        description=lazy("What “git rev-parse HEAD^{tree}” says there: 40 digits and letters."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class EndForm(Form):
    """Since when it runs there no more."""

    ended_on = DateField(lazy("Runs there no more since"), [InputRequired()])
