# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of agents and customers, and the settings."""

from typing import Any

from tresen.sdk import Desk, Form, Ticket, _, active_agents, choices, lazy
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_remote_support import scopes, states
from tresen_remote_support.appointments.forms import LONGEST, SHORTEST, TYPED, clock
from tresen_remote_support.policy import calendars, hours
from tresen_remote_support.policy.forms import LONGEST as QUOTA
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.providers import registry


def identity(value: Any) -> int | None:
    """Return the chosen row's id, None for the empty choice."""
    return int(value) if value not in (None, "", "None") else None


# A time of the day, as browsers send it.
CLOCK = Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", message=lazy("Write a time as 08:30."))

# What an appointment takes, where nothing else is said.
USUAL_MINUTES = 30


def at_least_one(_form: Any, field: Any) -> None:
    """Refuse an empty set: `InputRequired` would make each tick of it required in the browser."""
    if not field.data:
        raise ValidationError(_("Choose at least one."))


class ScopeField(SelectMultipleField):
    """Ticks for what a session may do."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RequestForm(Form):
    """What an agent wants to do at the customer's, and why."""

    purpose = TextAreaField(
        lazy("Purpose"),
        [DataRequired(), Length(max=2000)],
        description=lazy("The customer reads it before they agree."),
        render_kw={"rows": 3},
    )
    profile_id = SelectField(
        lazy("Agreed access"),
        coerce=identity,
        description=lazy("It brings its own tool."),
    )
    scope = ScopeField(lazy("What it may do"), [at_least_one], default=[scopes.VIEW])
    provider = SelectField(lazy("Tool"), [InputRequired()])
    second_agent_id = SelectField(
        lazy("Second agent"),
        coerce=identity,
        description=lazy("Looks on as well (four eyes)."),
    )
    planned_at = DateTimeLocalField(lazy("Appointment"), [Optional()], format=TYPED)
    planned_minutes = IntegerField(
        lazy("Minutes of the appointment"),
        [Optional(), NumberRange(SHORTEST, LONGEST)],
        default=USUAL_MINUTES,
    )
    emergency = TextAreaField(
        lazy("Reason for going beyond hours, quota or contract"),
        [Optional(), Length(max=2000)],
        description=lazy("It stays with the session and stands in the journal."),
        render_kw={"rows": 2},
    )

    def offer(self, desk: Desk, ticket: Ticket, *, may_go_beyond: bool) -> None:
        """Fill in what can be chosen; profiles only where the ticket has some.

        Nobody else may go beyond the rules.
        """
        said = _("Left empty, the session is offered at once.")
        self.planned_at.description = f"{said} {clock(desk)}"
        if not may_go_beyond:
            del self.emergency
        self.scope.choices = choices(scopes.CHOICES)
        self.provider.choices = choices(registry.choices(desk))
        known = [(each.id, each.title) for each in profiles.of_ticket(desk, ticket)]
        self.profile_id.choices = choices([("", lazy("Without an agreed access")), *known])
        if not known:
            del self.profile_id
        others = [each for each in active_agents(desk) if each.id != desk.actor.person_id]
        named = [(each.id, each.name) for each in others]
        self.second_agent_id.choices = choices([("", lazy("Nobody")), *named])


class WidenForm(Form):
    """What more an agent asks for."""

    scope = ScopeField(lazy("What it may do"), [at_least_one])

    def offer(self, able: tuple[str, ...]) -> None:
        """Fill in what can be chosen: what the session's tool is able to do."""
        found = [(kind, title) for kind, title in scopes.CHOICES if kind in able]
        self.scope.choices = choices(found)


class DocumentForm(Form):
    """What was done, which the customer reads in the protocol."""

    actions = TextAreaField(
        lazy("What was done"),
        [DataRequired(), Length(max=10_000)],
        description=lazy("The customer reads it in the protocol."),
        render_kw={"rows": 6},
    )
    result = RadioField(
        lazy("Result"),
        [InputRequired()],
        choices=choices(states.RESULTS.items()),
        default=states.SOLVED,
    )
    minutes = IntegerField(
        lazy("Minutes"), [InputRequired(), NumberRange(0, 1440)], render_kw={"min": 0}
    )
    # Where a protocol has gone out already.
    is_sent_again = BooleanField(lazy("Send the customer the corrected protocol"))


class ReviewForm(Form):
    """What whoever reviews a session has to say of it."""

    review = TextAreaField(lazy("Note"), [Length(max=5000)], render_kw={"rows": 3})


class ReasonForm(Form):
    """Why a session is called off, or failed."""

    reason = StringField(lazy("Reason"), [DataRequired(), Length(max=500)])


class PinForm(Form):
    """What is read to a customer over the phone."""

    reference = StringField(
        lazy("Session"),
        [InputRequired(), Length(max=20)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    pin = StringField(
        lazy("PIN"),
        [InputRequired(), Length(max=12)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ConsentForm(Form):
    """The customer's yes, with a name to it."""

    name = StringField(
        lazy("Your name"),
        [InputRequired(), DataRequired(), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )
    agreed = BooleanField(lazy("I agree"), [InputRequired()])


class RemoteSupportSettings(PlainForm):
    """What the operator decides about remote support."""

    offer_minutes = IntegerField(
        lazy("An offer holds for (minutes)"), [NumberRange(15, 1440)], default=30
    )
    idle_minutes = IntegerField(
        lazy("A session that stands still ends after (minutes)"), [NumberRange(5, 240)], default=30
    )
    consent_en = TextAreaField(
        lazy("Own addition to the consent, in English"), [Length(max=5000)], default=""
    )
    consent_de = TextAreaField(
        lazy("Own addition to the consent, in German"), [Length(max=5000)], default=""
    )
    hours_days = SelectField(
        lazy("Days of remote support"), choices=choices(hours.DAYS.items()), default=hours.ALWAYS
    )
    hours_from = StringField(
        lazy("Remote support from"), [CLOCK], default="08:00", render_kw={"type": "time"}
    )
    hours_to = StringField(
        lazy("Remote support to"),
        [CLOCK],
        default="17:00",
        description=lazy("00:00 is the midnight of that day."),
        render_kw={"type": "time"},
    )
    holidays_of = StringField(
        lazy("Public holidays of"),
        [Length(max=10)],
        default="",
        filters=[lambda text: (text or "").strip().upper()],
        description=lazy(
            "Country and, where wanted, its part, as in DE or DE-BY. Nothing is open on these days;"
            " empty is none."
        ),
    )
    quota_minutes = IntegerField(
        lazy("Minutes for each customer and month"),
        [NumberRange(0, QUOTA)],
        default=0,
        description=lazy("0 is without limit. A customer's page can say otherwise."),
    )
    contract_needed = BooleanField(
        lazy("Only with a contract that covers it"),
        default=False,
        description=lazy(
            "Other plugins know contracts: licensing the maintenance of a product, the pilot"
            " service its agreements. Without one an administrator decides."
        ),
    )

    def validate_hours_to(self, field: StringField) -> None:
        """Refuse hours that are never open; midnight is that at the end of the day."""
        if field.data != "00:00" and str(field.data) <= str(self.hours_from.data):
            raise ValidationError(
                _("It must end later on the day than it begins; 00:00 is midnight.")
            )

    def validate_holidays_of(self, field: StringField) -> None:
        """Refuse a place of which no calendar is known."""
        if field.data and not calendars.is_known(field.data):
            raise ValidationError(
                _("No public holidays are known of “%(place)s”: write a country as DE, or DE-BY.")
                % {"place": field.data}
            )
