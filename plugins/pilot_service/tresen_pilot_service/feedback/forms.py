# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of feedback: give it, triage it, tie it to a ticket, answer it."""

from collections.abc import Sequence
from typing import Any

from tresen.sdk import Desk, Form, Ticket, _, lazy
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from tresen_pilot_service import queries as pilots
from tresen_pilot_service.builds.models import Build
from tresen_pilot_service.feedback import queries, states
from tresen_pilot_service.feedback.models import Feedback
from tresen_pilot_service.forms import identity
from tresen_pilot_service.models import Participation, Programme

TEXT_LIMIT = 50_000
TITLE_LIMIT = 200


# A form shows its fields in the order in which they are made, so each makes its own.
def _kind() -> SelectField:
    return SelectField(lazy("Kind"), [InputRequired()])


def _severity() -> SelectField:
    words = lazy(
        "Of defects and usability problems. Blocker: work stands still. Major: there is a way"
        " around it. Minor: it disturbs."
    )
    return SelectField(lazy("Severity"), description=words)


def _area() -> StringField:
    return StringField(lazy("Screen or part of the product"), [Length(max=120)])


def _build() -> SelectField:
    return SelectField(lazy("Build"), coerce=identity)


class KindForm(Form):
    """Offers what every form of feedback asks: kind, severity and build."""

    def offer_kinds(self, builds: Sequence[tuple[int, str]]) -> None:
        """Fill in kinds, severities and builds (id, words)."""
        self.kind.choices = [(key, str(title)) for key, title in states.KINDS.items()]
        severities = [(key, str(title)) for key, title in states.SEVERITIES.items()]
        self.severity.choices = [("", _("None")), *severities]
        self.build_id.choices = [("", _("Not known")), *builds]


class TriageForm(KindForm):
    """What triage changes."""

    kind = _kind()
    severity = _severity()
    area = _area()
    build_id = _build()

    def offer(self, desk: Desk, row: Feedback) -> None:
        """Fill in what can be chosen."""
        self.offer_kinds(_numbers(queries.builds(desk, [row.programme_id])))


class GiveForm(KindForm):
    """What a participant tells."""

    kind = _kind()
    severity = _severity()
    title = StringField(lazy("What is it about?"), [InputRequired(), Length(max=TITLE_LIMIT)])
    text = TextAreaField(
        lazy("What happens, and what did you expect?"),
        [Length(max=TEXT_LIMIT)],
        render_kw={"rows": 8},
    )
    area = _area()
    build_id = _build()

    def offer(self, desk: Desk, participation: Participation) -> None:
        """Fill in what can be chosen; the build that the participant has now is chosen."""
        had = queries.builds_in(desk, participation)
        self.offer_kinds(_numbers(had))
        if had and not self.is_submitted():
            self.build_id.data = had[0].id


class TicketFeedbackForm(KindForm):
    """What an agent makes out of a ticket."""

    programme_id = SelectField(lazy("Programme"), [InputRequired()], coerce=int)
    kind = _kind()
    severity = _severity()
    title = StringField(lazy("Title"), [InputRequired(), Length(max=TITLE_LIMIT)])
    text = TextAreaField(lazy("Text"), [Length(max=TEXT_LIMIT)], render_kw={"rows": 6})
    area = _area()
    build_id = _build()

    def offer(self, desk: Desk, ticket: Ticket, programmes: Sequence[Programme]) -> None:
        """Fill in the programmes that the ticket can tell of, and what they have."""
        titles = {row.id: row.title for row in programmes}
        self.programme_id.choices = list(titles.items())
        builds = queries.builds(desk, list(titles))
        self.offer_kinds([(row.id, f"{titles[row.programme_id]}: {row.number}") for row in builds])
        if not self.is_submitted():
            self.title.data = ticket.subject[:TITLE_LIMIT]


class ConversationForm(KindForm):
    """What an agent heard from a participant."""

    participation_id = SelectField(lazy("Customer"), [InputRequired()], coerce=int)
    person_id = SelectField(
        lazy("Told by"), coerce=identity, description=lazy("Gets the answer by mail.")
    )
    kind = _kind()
    severity = _severity()
    title = StringField(lazy("Title"), [InputRequired(), Length(max=TITLE_LIMIT)])
    text = TextAreaField(lazy("Text"), [Length(max=TEXT_LIMIT)], render_kw={"rows": 6})
    area = _area()
    build_id = _build()

    def offer(self, desk: Desk, programme: Programme) -> None:
        """Fill in who takes part, their people and the builds."""
        self.offer_kinds(_numbers(queries.builds(desk, [programme.id])))
        rows = pilots.participations(desk, programme.id)
        self.participation_id.choices = [(row.id, row.organisation.name) for row in rows]
        homes: dict[int | None, str] = {row.organisation_id: row.organisation.name for row in rows}
        people = [
            (person.id, f"{homes[person.organisation_id]}: {person.name}")
            for person in queries.people_of(desk, [row.organisation_id for row in rows])
        ]
        self.person_id.choices = [("", _("Not known")), *people]


class DuplicateForm(Form):
    """Which feedback told the same first."""

    original_id = SelectField(lazy("Tells the same as"), [InputRequired()], coerce=int)

    def offer(self, desk: Desk, row: Feedback) -> None:
        """Fill in the programme's others."""
        found = queries.originals(desk, row)
        self.original_id.choices = [(each.id, each.title) for each in found]


class TicketForm(Form):
    """On which ticket feedback is talked about."""

    # Any number that a row of any database can have.
    number = IntegerField(
        lazy("Number of the ticket"), [InputRequired(), NumberRange(1, 2_000_000_000)]
    )


class AnswerForm(Form):
    """What participants are answered."""

    body = TextAreaField(
        lazy("Your answer"), [InputRequired(), Length(max=TEXT_LIMIT)], render_kw={"rows": 6}
    )
    has_duplicates = BooleanField(lazy("Answer the duplicates, too"))


def _numbers(builds: Sequence[Build]) -> list[tuple[Any, str]]:
    return [(row.id, row.number) for row in builds]
