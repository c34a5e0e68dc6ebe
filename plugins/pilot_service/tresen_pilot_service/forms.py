# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of programmes and participations, and the settings."""

from typing import Any, ClassVar

from tresen.sdk import Desk, Form, OrganisationField, _, active_agents, lazy
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from tresen_pilot_service import queries
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.perks import calendars


def identity(value: Any) -> int | None:
    """Return the chosen row's id, None for the empty choice."""
    return int(value) if value not in (None, "", "None") else None


class ProgrammeForm(Form):
    """What a programme is about and when it runs."""

    pairs: ClassVar = {"starts_on": "ends_on"}

    title = StringField(lazy("Title"), [InputRequired(), Length(max=200)])
    product_id = SelectField(lazy("Product"), [InputRequired()], coerce=int)
    version_id = SelectField(lazy("Version"), coerce=identity)
    feature = StringField(
        lazy("Feature"),
        [Length(max=200)],
        description=lazy("What of the product is tried, where it is not all of it."),
    )
    goal = TextAreaField(
        lazy("Goal"), [Length(max=5000)], description=lazy("What shall be known when it ends?")
    )
    agreement = TextAreaField(
        lazy("Agreement"),
        [Length(max=50_000)],
        description=lazy(
            "What customers sign. Another text is another version; earlier ones stay."
        ),
    )
    starts_on = DateField(lazy("First day"), [InputRequired()])
    ends_on = DateField(lazy("Last day"), [InputRequired()])
    max_participants = IntegerField(
        lazy("Customers at most"),
        [Optional(), NumberRange(1, 999)],
        description=lazy("Those who declined or left do not count."),
    )
    team_id = SelectField(
        lazy("Team"),
        coerce=identity,
        description=lazy("Gets the tickets while neither contact nor deputy is there."),
    )

    def offer(self, desk: Desk, kept_id: int | None = None) -> None:
        """Fill in what can be chosen; the product `kept_id` even if it is no longer offered."""
        products, versions = queries.products(desk, kept_id), queries.versions(desk, kept_id)
        self.product_id.choices = [(row.id, row.name) for row in products]
        numbers = [(row.id, f"{row.product.name} {row.number}") for row in versions]
        self.version_id.choices = [("", _("Any version")), *numbers]
        self.team_id.choices = [
            ("", _("No team")),
            *((row.id, row.name) for row in queries.teams(desk)),
        ]


class ProlongationForm(Form):
    """Until when a programme goes on, and why."""

    new_end = DateField(lazy("New last day"), [InputRequired()])
    reason = TextAreaField(lazy("Reason"), [InputRequired(), Length(max=5000)])


class ContactsForm(Form):
    """Where a participant runs the product and who cares for them."""

    installation_id = SelectField(
        lazy("Installation"),
        coerce=identity,
        description=lazy("Tickets about another installation of the customer then do not count."),
    )
    ring = IntegerField(
        lazy("Ring"),
        [InputRequired(), NumberRange(0, 9)],
        default=1,
        description=lazy("A build goes to ring 0 first, then to 1, 2 and so on."),
    )
    contact_id = SelectField(
        lazy("Support contact"),
        coerce=identity,
        description=lazy("Gets every ticket of this customer that belongs to the pilot."),
    )
    deputy_id = SelectField(
        lazy("Deputy"), coerce=identity, description=lazy("While the contact is absent.")
    )

    def offer(self, desk: Desk, programme: Programme, organisation_id: int | None = None) -> None:
        """Fill in what can be chosen, for one customer where it is known."""
        places = [
            (row.id, f"{row.organisation.name}: {row.name or row.environment_title}")
            for row in queries.installations(desk, programme.product_id)
            if organisation_id in (None, row.organisation_id)
        ]
        agents = [(row.id, row.name) for row in active_agents(desk)]
        self.installation_id.choices = [("", _("Any installation")), *places]
        self.contact_id.choices = self.deputy_id.choices = [("", _("Nobody")), *agents]


class ParticipantForm(ContactsForm):
    """Who speaks for a participant, too."""

    key_user_id = SelectField(
        lazy("Key user"), coerce=identity, description=lazy("Speaks for the customer in the pilot.")
    )
    key_user_deputy_id = SelectField(
        lazy("Deputy of the key user"),
        coerce=identity,
        description=lazy("While the key user is absent."),
    )

    def offer_people(self, desk: Desk, organisation_id: int) -> None:
        """Fill in the people of the customer."""
        people = [(row.id, row.name) for row in queries.people_of(desk, organisation_id)]
        self.key_user_id.choices = [("", _("Nobody")), *people]
        self.key_user_deputy_id.choices = self.key_user_id.choices


class ParticipationForm(ContactsForm):
    """Which customer takes part."""

    organisation_id = OrganisationField(lazy("Customer"), [InputRequired()])


class SignerForm(Form):
    """Who acts for a customer in writing."""

    person_id = SelectField(lazy("Person of the customer"), coerce=identity)
    name = StringField(
        lazy("Name"),
        [Length(max=200)],
        description=lazy("The name of somebody whom the desk does not know."),
    )

    def offer(self, desk: Desk, organisation_id: int) -> None:
        """Fill in the people of the customer."""
        people = [(row.id, row.name) for row in queries.people_of(desk, organisation_id)]
        self.person_id.choices = [("", _("Somebody else")), *people]


class SignatureForm(SignerForm):
    """When somebody signed the agreement for a customer."""

    signed_on = DateField(lazy("Signed on"), [InputRequired()])


class ConsentForm(SignerForm):
    """When somebody allowed diagnostics for a customer."""

    given_on = DateField(lazy("Given on"), [InputRequired()])


class BriefingForm(Form):
    """Who was briefed for a participation, by whom and when."""

    person_id = SelectField(lazy("Briefed person"), coerce=identity)
    briefed_by_id = SelectField(lazy("Briefed by"), coerce=identity)
    briefed_on = DateField(lazy("Briefed on"), [InputRequired()])

    def offer(self, desk: Desk, row: Participation) -> None:
        """Fill in contact and deputy, and the agents who may have briefed them."""
        cared_by = [person for person in (row.contact, row.deputy) if person is not None]
        self.person_id.choices = [(person.id, person.name) for person in cared_by]
        self.briefed_by_id.choices = [(row.id, row.name) for row in active_agents(desk)]


class PilotSettings(PlainForm):
    """What the operator decides about pilots."""

    warn_days = IntegerField(
        lazy("Warn before the end"),
        [InputRequired(), NumberRange(0, 365)],
        default=14,
        description=lazy("So many days before its last day a programme is marked as ending."),
    )
    counts_without_product = BooleanField(
        lazy("Tickets that name no product belong to the customer's pilot"), default=True
    )
    giveback_days = IntegerField(
        lazy("Days to give back"),
        [InputRequired(), NumberRange(0, 3650)],
        default=30,
        description=lazy(
            "So many days after its deployment a development has to be given back to the public."
        ),
    )
    holidays_of = StringField(
        lazy("Public holidays of"),
        [Length(max=10)],
        default="",
        filters=[lambda text: (text or "").strip().upper()],
        description=lazy(
            "Country and, where wanted, its part, as in DE or DE-BY. Nobody is promised support"
            " within its hours on these days; empty is none."
        ),
    )

    def validate_holidays_of(self, field: StringField) -> None:
        """Refuse a place of which no calendar is known."""
        if field.data and not calendars.is_known(field.data):
            raise ValidationError(
                _("No public holidays are known of “%(place)s”: write a country as DE, or DE-BY.")
                % {"place": field.data}
            )
