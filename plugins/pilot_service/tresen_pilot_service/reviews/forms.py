# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of exit reviews."""

from tresen.sdk import Desk, Form, _, active_agents, choices, lazy
from wtforms import BooleanField, DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tresen_pilot_service.builds import queries
from tresen_pilot_service.forms import SignerForm, identity
from tresen_pilot_service.models import Participation, Programme
from tresen_pilot_service.reviews import states


class LessonsForm(Form):
    """What was learnt, and who reads it."""

    lessons = TextAreaField(
        lazy("Lessons"),
        [Length(max=20_000)],
        description=lazy("What worked, what did not, what is done otherwise next time."),
    )
    is_published = BooleanField(
        lazy("Participants may read the lessons"),
        description=lazy("They stand on the participants' page in the portal."),
    )


class ReviewForm(LessonsForm):
    """What an exit review says and decides."""

    held_on = DateField(lazy("Held on"), [InputRequired()])
    decision = SelectField(lazy("Outcome"), choices=choices(states.DECISIONS.items()))
    conditions = TextAreaField(
        lazy("Conditions"),
        [Length(max=5000)],
        description=lazy("Of a go with conditions: what has to be done, by whom and until when."),
    )
    new_end = DateField(
        lazy("New last day"), [Optional()], description=lazy("Only where the pilot is prolonged.")
    )
    version_id = SelectField(
        lazy("Version for regular use"),
        coerce=identity,
        description=lazy("Installations of the participants get it with the decision."),
    )

    def offer(self, desk: Desk, programme: Programme) -> None:
        """Fill in the versions of the programme's product."""
        found = [(row.id, row.number) for row in queries.versions(desk, programme.product_id)]
        self.version_id.choices = [("", _("As it is")), *found]


class ReviewSignatureForm(SignerForm):
    """Who signed for a participant, and when."""

    signed_on = DateField(lazy("Signed on"), [InputRequired()])


class OwnSignatureForm(Form):
    """Which of our agents signed, and when."""

    person_id = SelectField(lazy("Agent"), coerce=identity)
    signed_on = DateField(lazy("Signed on"), [InputRequired()])

    def offer_agents(self, desk: Desk) -> None:
        """Fill in the active agents."""
        self.person_id.choices = [(row.id, row.name) for row in active_agents(desk)]


def title_of(participation: Participation | None) -> str:
    """Return for whom a signature is recorded."""
    if participation is None:
        return _("Sign for us")
    return _("Sign for %(customer)s") % {"customer": participation.organisation.name}
