# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of people, organisations and teams."""

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tresen.hooks.records import ADMINISTRATOR, AGENT, CUSTOMER
from tresen.i18n import lazy
from tresen.people.fields import OrganisationField
from tresen.web.forms import Form, choices

ROLES = {
    CUSTOMER: lazy("Customer"),
    AGENT: lazy("Agent"),
    ADMINISTRATOR: lazy("Administrator"),
}


class PersonForm(Form):
    """What every agent may change about a customer."""

    name = StringField(lazy("Name"), [InputRequired(), DataRequired(), Length(max=200)])
    organisation_id = OrganisationField(lazy("Organisation"), [Optional()])
    job_title = StringField(lazy("Job title"), [Optional(), Length(max=120)])
    phone = StringField(lazy("Phone"), [Optional(), Length(max=60)])


class NewPersonForm(PersonForm):
    """A new person; the address is what they are known by."""

    address = StringField(lazy("Mail address"), [InputRequired(), Email(), Length(max=320)])


class RightsForm(Form):
    """What only administrators change about a person."""

    role = SelectField(lazy("Role"), choices=choices(ROLES.items()))
    sees_organisation = BooleanField(
        lazy("Sees all requests of the organisation"),
        description=lazy("In the portal, beside the person's own."),
    )
    is_active = BooleanField(
        lazy("May sign in"), description=lazy("Taking this away ends every session at once.")
    )


class EraseForm(Form):
    """The word that a person is really to be erased."""

    is_meant = BooleanField(lazy("I know that this cannot be undone"), [InputRequired()])


class OrganisationForm(Form):
    """An organisation."""

    name = StringField(lazy("Name"), [InputRequired(), DataRequired(), Length(max=200)])
    note = TextAreaField(
        lazy("Note"),
        [Optional(), Length(max=10_000)],
        description=lazy("For agents; customers never see it."),
        render_kw={"rows": 4},
    )


class TeamForm(Form):
    """A team and who is in it."""

    name = StringField(lazy("Name"), [InputRequired(), DataRequired(), Length(max=120)])
    is_restricted = BooleanField(
        lazy("Only members see its tickets"),
        description=lazy("Administrators see them, too."),
    )
    members = SelectMultipleField(
        lazy("Members"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
