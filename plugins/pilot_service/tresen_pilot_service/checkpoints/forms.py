# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of checkpoints, their minutes and what they decided."""

from tresen.sdk import Desk, Form, _, active_agents, lazy
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # new in 3.3
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tresen_pilot_service import queries as pilots
from tresen_pilot_service.checkpoints import queries
from tresen_pilot_service.forms import identity
from tresen_pilot_service.models import Programme


class CheckpointForm(Form):
    """When and where a checkpoint is, what it is about and who is asked."""

    title = StringField(lazy("Title"), [InputRequired(), Length(max=200)])
    # The first is how browsers write and want it.
    starts_at = DateTimeLocalField(
        lazy("Begins"), [InputRequired()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    duration = IntegerField(
        lazy("Duration in minutes"), [InputRequired(), NumberRange(5, 1440)], default=60
    )
    place = StringField(
        lazy("Location"),
        [Length(max=300)],
        description=lazy("A room, a phone number or the address of a video conference."),
    )
    agenda = TextAreaField(lazy("Agenda"), [Length(max=5000)])
    is_for_all = BooleanField(lazy("All participants are asked"), default=True)
    asked = SelectMultipleField(
        lazy("Or only these"),
        [Optional()],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    inform = BooleanField(lazy("Write to the key users"), default=True)

    def offer(self, desk: Desk, programme: Programme) -> None:
        """Fill in who can be asked, and on whose clock times are typed."""
        words = {"zone": desk.config.time_zone}
        self.starts_at.description = _("On the clock of %(zone)s.") % words
        self.asked.choices = [
            SelectChoice(row.id, row.organisation.name)
            for row in pilots.participations(desk, programme.id)
            if row.state not in queries.LEFT
        ]


class MinutesForm(Form):
    """What was said, and whether participants read it."""

    minutes = TextAreaField(lazy("Minutes of the meeting"), [Length(max=50_000)])
    is_published = BooleanField(
        lazy("Participants may read the minutes and the decisions"), default=False
    )


class DecisionForm(Form):
    """What was decided, who does it, and until when."""

    text = TextAreaField(lazy("Decision"), [InputRequired(), Length(max=5000)])
    person_id = SelectField(lazy("Agent who does it"), coerce=identity)
    name = StringField(
        lazy("Name"), [Length(max=200)], description=lazy("Of somebody of the customer, say.")
    )
    due_on = DateField(lazy("Due on"), [Optional()])
    done_on = DateField(lazy("Done on"), [Optional()])

    def offer(self, desk: Desk) -> None:
        """Fill in the agents."""
        agents = [(row.id, row.name) for row in active_agents(desk)]
        self.person_id.choices = [("", _("Somebody else")), *agents]
