# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of developments: what each is about, its steps, people, hours, tickets and places."""

from typing import Any

from tresen.sdk import Desk, Form, OrganisationField, Person, _, active_agents, lazy
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tresen_pilot_service import queries as programmes
from tresen_pilot_service.developments import queries, states
from tresen_pilot_service.developments.models import Development, DevelopmentBooking
from tresen_pilot_service.forms import SignerForm, identity

_QUARTER = {"step": "0.25", "min": "0.25"}
_REASON = lazy("Reason")


class DevelopmentForm(Form):
    """What is developed, on which ground, until when and where the source is."""

    title = StringField(lazy("Title"), [InputRequired(), Length(max=200)])
    product_id = SelectField(lazy("Product"), [InputRequired()], coerce=int)
    base_version_id = SelectField(
        lazy("Base version"),
        coerce=identity,
        description=lazy("The version that the change is made on."),
    )
    kind = SelectField(lazy("Kind"), default=states.FEATURE)
    description = TextAreaField(lazy("Description"), [Length(max=20_000)])
    roadmap_url = StringField(
        lazy("Roadmap"),
        [Length(max=500)],
        description=lazy("The address at which the planning can be read."),
    )
    contract = StringField(
        lazy("Contract"),
        [Length(max=200)],
        description=lazy("Its number, or where it can be found."),
    )
    is_without_contract = BooleanField(lazy("Without contract"))
    contract_hours = DecimalField(
        lazy("Hours of the contract"), [Optional(), NumberRange(0, 100_000)], render_kw=_QUARTER
    )
    due_on = DateField(lazy("Due on"), [Optional()])
    licence = StringField(
        lazy("Licence"),
        [Length(max=200)],
        description=lazy("As an SPDX expression; empty for the product's own."),
    )
    source = TextAreaField(
        lazy("Where the source is"),
        [Length(max=5000)],
        description=lazy("Repository, branch or patch."),
    )

    def offer(self, desk: Desk, kept_id: int | None = None) -> None:
        """Fill in what can be chosen; the product `kept_id` even if it is no longer offered."""
        products, versions = programmes.products(desk, kept_id), programmes.versions(desk, kept_id)
        self.kind.choices = list(states.KINDS.items())
        numbers = [(row.id, f"{row.product.name} {row.number}") for row in versions]
        self.product_id.choices = [(row.id, row.name) for row in products]
        self.base_version_id.choices = [("", _("Unknown")), *numbers]


class NewDevelopmentForm(DevelopmentForm):
    """For whom it is developed, since when and under whose lead, too."""

    organisation_id = OrganisationField(lazy("Customer"), [InputRequired()])
    lead_id = SelectField(lazy("Lead developer"), coerce=identity)
    requested_on = DateField(lazy("Requested on"), [InputRequired()])

    def offer(self, desk: Desk, kept_id: int | None = None) -> None:
        """Fill in what can be chosen, the agents too."""
        super().offer(desk, kept_id)
        self.lead_id.choices = [("", _("Nobody")), *_pairs(active_agents(desk))]


class EditDevelopmentForm(DevelopmentForm):
    """In which of the customer's pilots it belongs, too."""

    participation_id = SelectField(lazy("Pilot"), coerce=identity)

    def offer_pilots(self, desk: Desk, organisation_id: int) -> None:
        """Fill in the pilots of the customer."""
        rows = queries.participations(desk, organisation_id)
        titles = [(row.id, row.programme.title) for row in rows]
        self.participation_id.choices = [("", _("In no pilot")), *titles]


class StepForm(Form):
    """On which day a step was taken, and what is said of it."""

    day = DateField(lazy("Day"), [InputRequired()])
    note = TextAreaField(lazy("Note"), [Length(max=5000)])

    def offer(self, desk: Desk, row: Development) -> None:
        """Fill in what can be chosen: nothing, for most steps."""


class ReasonForm(StepForm):
    """Why a development goes back or ends."""

    note = TextAreaField(_REASON, [InputRequired(), Length(max=5000)])


class ExemptForm(ReasonForm):
    """Why it does not have to be given back."""

    note = TextAreaField(
        _REASON,
        [InputRequired(), Length(max=5000)],
        description=lazy(
            "Such as a secret of somebody else, or the customer's own configuration only."
        ),
    )


class AcceptForm(SignerForm):
    """Who accepted for the customer, when, and with which reservations."""

    day = DateField(lazy("Accepted on"), [InputRequired()])
    note = TextAreaField(
        lazy("Acceptance note"),
        [InputRequired(), Length(max=5000)],
        description=lazy("What was accepted, and with which reservations."),
    )

    def offer(self, desk: Desk, row: Development) -> None:  # type: ignore[override]  # of a development, not of a customer
        """Fill in the people of the customer."""
        super().offer(desk, row.organisation_id)


class PlaceForm(Form):
    """Where a change was deployed and when."""

    installation_id = SelectField(lazy("Installation"), coerce=identity)
    day = DateField(lazy("Deployed on"), [InputRequired()])

    def offer(self, desk: Desk, row: Development) -> None:
        """Fill in where the customer runs the product."""
        found = queries.installations(desk, row)
        self.installation_id.choices = [
            (each.id, each.name or each.environment_title) for each in found
        ]


class DeployForm(PlaceForm):
    """Where it runs first: from this day on the time to give back counts."""

    note = TextAreaField(lazy("Note"), [Length(max=5000)])


class GiveBackForm(StepForm):
    """Where the public finds the source, and what the makers of the product said."""

    public_url = StringField(
        lazy("Public address"),
        [InputRequired(), Length(max=500)],
        description=lazy("Where everybody finds the source: a merge request, branch or archive."),
    )
    is_declined_upstream = BooleanField(
        lazy("The product's makers declined it; the source is public all the same")
    )


class ReleaseForm(Form):
    """In which version the product has it."""

    released_version_id = SelectField(lazy("Released in version"), coerce=identity)

    def offer(self, desk: Desk, row: Development) -> None:
        """Fill in the versions of the product."""
        numbers = [(each.id, each.number) for each in queries.versions(desk, row.product_id)]
        self.released_version_id.choices = [("", _("In none yet")), *numbers]


class AdoptForm(Form):
    """Since when an installation has the public version."""

    day = DateField(
        lazy("Taken back on"),
        [Optional()],
        description=lazy("Empty while the private patch still runs there."),
    )


class PersonForm(Form):
    """Who has which part."""

    part = SelectField(lazy("Part"))
    person_id = SelectField(lazy("Person"), [InputRequired()], coerce=identity)

    def offer(self, desk: Desk, row: Development) -> None:
        """Fill in our agents and the people of the customer."""
        self.part.choices = list(states.PARTS.items())
        groups = {
            _("Of ours"): active_agents(desk),
            row.organisation.name: programmes.people_of(desk, row.organisation_id),
        }
        self.person_id.choices = {
            title: {str(person.id): person.name for person in people}
            for title, people in groups.items()
        }


class BookingForm(Form):
    """Who worked how long on which day, and at what."""

    person_id = SelectField(lazy("Who"), coerce=identity)
    booked_on = DateField(lazy("Day"), [InputRequired()])
    hours = DecimalField(lazy("Hours"), [InputRequired(), NumberRange(0, 24)], render_kw=_QUARTER)
    what = TextAreaField(lazy("What was done"), [InputRequired(), Length(max=5000)])
    is_beyond = BooleanField(lazy("Beyond the contract"))
    beyond_reason = StringField(
        lazy("Why beyond the contract"), [Length(max=1000)], description=lazy("Only if ticked.")
    )

    def offer(self, desk: Desk, former: DevelopmentBooking | None = None) -> None:
        """Fill in the agents, and who is named already."""
        people = list(active_agents(desk))
        if former is not None and former.person is not None and former.person not in people:
            people.append(former.person)
        nobody = [("", _("Nobody"))] if former is not None and former.person_id is None else []
        self.person_id.choices = [*nobody, *_pairs(people)]


class TicketForm(Form):
    """Which ticket is about a development."""

    number = IntegerField(lazy("Number of the ticket"), [InputRequired()])


class AnswerForm(Form):
    """What a customer says of what was handed over for test."""

    words = TextAreaField(lazy("Your words"), [Length(max=5000)])


_STEP_FORMS: dict[str, Any] = {
    states.ACCEPTED: AcceptForm,
    states.DEPLOYED: DeployForm,
    states.GIVEN_BACK: GiveBackForm,
    states.EXEMPT: ExemptForm,
}


def step_form(old: str, new: str) -> Any:
    """Return the form of a step."""
    if (old, new) in states.BACK or new in states.GIVEN_UP:
        return ReasonForm
    return _STEP_FORMS.get(new, StepForm)


def _pairs(people: Any) -> list[tuple[int, str]]:
    found: list[Person] = list(people)
    return [(person.id, person.name) for person in found]
