# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of agents and customers, and the settings."""

from typing import Any

from tresen.sdk import Desk, Form, Ticket, _, active_agents, choices, lazy
from wtforms import (
    BooleanField,
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
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_remote_support import scopes, states
from tresen_remote_support.profiles import queries as profiles
from tresen_remote_support.providers import registry


def identity(value: Any) -> int | None:
    """Return the chosen row's id, None for the empty choice."""
    return int(value) if value not in (None, "", "None") else None


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

    def offer(self, desk: Desk, ticket: Ticket) -> None:
        """Fill in what can be chosen; profiles only where the ticket has some."""
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
        lazy("Your name"), [DataRequired(), Length(max=200)], render_kw={"autocomplete": "name"}
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
