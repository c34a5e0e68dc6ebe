# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of the agent's pages; what is checked here is only what a browser can get wrong."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import Form as PlainForm
from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields import choices
from wtforms.validators import AnyOf, Email, InputRequired, Length, NumberRange, Optional

from tresen.i18n import lazy
from tresen.people.fields import OrganisationField
from tresen.tickets import states
from tresen.web.forms import Form, SelectField, optional_id

BODY_LIMIT = 200_000
choice: Any = choices.SelectChoice  # type: ignore[attr-defined]  # newer than its types
KINDS = [choice("reply", lazy("Reply")), choice("note", lazy("Internal note"))]
SIDES = [
    choice("in", lazy("what the requester said")),
    choice("out", lazy("my message to the requester, sent by mail")),
]
CHANNELS = [choice(key, states.CHANNELS[key]) for key in ("phone", "web", "mail")]


class ReplyForm(Form):
    """A public reply or an internal note, and the state after it."""

    kind = RadioField(lazy("Who may read this"), choices=KINDS, default="reply")
    to = StringField(lazy("To"), [Optional(), Length(max=4000)])
    cc = StringField(lazy("Cc"), [Optional(), Length(max=4000)])
    body = TextAreaField(lazy("Your message"), [Optional(), Length(max=BODY_LIMIT)])
    files = MultipleFileField(lazy("Attach files"))
    state = StringField(
        lazy("State after sending"), [Optional(), AnyOf(list(states.TITLES))], default=""
    )
    revision = IntegerField(validators=[Optional()])


class PropertiesForm(Form):
    """What stands beside the thread and is changed by choosing."""

    state = SelectField(lazy("State"))
    owner = SelectField(lazy("Owner"), coerce=optional_id)
    team = SelectField(lazy("Team"), coerce=optional_id)
    priority = SelectField(lazy("Priority"), coerce=int)
    impact = SelectField(lazy("Impact"), coerce=int)
    urgency = SelectField(lazy("Urgency"), coerce=int)
    product = SelectField(lazy("Product"), coerce=optional_id)
    installation = SelectField(lazy("Installation"), coerce=optional_id)
    revision = HiddenField()

    # Field of the form -> field of the ticket.
    FIELDS = {  # noqa: RUF012 - constant
        "state": "state",
        "owner": "owner_id",
        "team": "team_id",
        "priority": "priority",
        "impact": "impact",
        "urgency": "urgency",
        "product": "product_id",
        "installation": "installation_id",
    }

    def wanted(self) -> dict[str, Any]:
        """Return the ticket's fields as chosen."""
        return {name: self[field].data for field, name in self.FIELDS.items()}


class RequesterForm(Form):
    """Who asks, and for which organisation."""

    address = StringField(
        lazy("Mail address of the requester"),
        [Optional(), Length(max=320), Email()],
        description=lazy("Empty is nobody."),
    )
    organisation = OrganisationField(
        lazy("Organisation"),
        [Optional()],
        description=lazy("Left as it is, it follows a new requester."),
    )


class NewTicketForm(Form):
    """A request that an agent takes by phone or at the counter, or begins himself."""

    address = StringField(
        lazy("Mail address of the requester"), [InputRequired(), Length(max=320), Email()]
    )
    name = StringField(
        lazy("Name"),
        [Optional(), Length(max=200)],
        description=lazy("Needed only for somebody who is not known yet."),
    )
    subject = StringField(lazy("Subject"), [InputRequired(), Length(max=400)])
    side = RadioField(
        lazy("The first message is"),
        choices=SIDES,
        default="in",
    )
    body = TextAreaField(lazy("Message"), [InputRequired(), Length(max=BODY_LIMIT)])
    files = MultipleFileField(lazy("Attach files"), [Optional()])
    channel = SelectField(
        lazy("Came in by"),
        choices=CHANNELS,
        default="phone",
    )
    impact = SelectField(lazy("Impact"), coerce=int, default=2)
    urgency = SelectField(lazy("Urgency"), coerce=int, default=2)
    product = SelectField(lazy("Product"), [Optional()], coerce=optional_id)
    team = SelectField(lazy("Team"), [Optional()], coerce=optional_id)
    owner = SelectField(lazy("Owner"), [Optional()], coerce=optional_id)
    tags = StringField(
        lazy("Tags"), [Optional(), Length(max=300)], description=lazy("Separated by blanks.")
    )


class TicketSettings(PlainForm):
    """What the operator decides about tickets."""

    default_team = SelectField(
        lazy("Team of new tickets"),
        coerce=optional_id,
        description=lazy(
            "For requests by mail, portal and interface that nothing else gives to a team."
        ),
    )
    undo_seconds = IntegerField(
        lazy("Let agents undo a step for"),
        [InputRequired(), NumberRange(0, 120)],
        default=10,
        description=lazy(
            "Seconds in which a reply waits before it goes out, and in which closing and other "
            "steps can be undone. With 0 a reply goes out at once and a closed ticket stays closed."
        ),
    )
    close_after_days = IntegerField(
        lazy("Close solved tickets after"),
        [InputRequired(), NumberRange(0, 365)],
        default=14,
        description=lazy(
            "Days. Until then an answer opens the ticket again, afterwards it becomes a new one. "
            "With 0 solved tickets stay solved."
        ),
    )
