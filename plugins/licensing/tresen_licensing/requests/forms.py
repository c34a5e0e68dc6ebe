# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public form by which somebody asks for source, and those of agents."""

from typing import Any, ClassVar

from tresen.sdk import Form, _, choices, lazy
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import (
    Email,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from tresen_licensing.requests import states


def _nothing(_form: Form, field: Any) -> None:
    """Refuse what only a program fills in: people do not see the field."""
    if field.data:
        raise ValidationError(_("Please leave this field empty."))


class WishForm(Form):
    """What of which product, and how it shall arrive."""

    kind = SelectField(
        lazy("What do you ask for?"), [InputRequired()], choices=choices(states.KINDS.items())
    )
    product = StringField(
        lazy("Product and version"),
        [InputRequired(), Length(max=250)],
        description=lazy("As it stands on the page of the source or in the program."),
    )
    medium = SelectField(
        lazy("How shall it arrive?"), [InputRequired()], choices=choices(states.WISHES.items())
    )


class AskForm(WishForm):
    """A request of somebody who is signed in."""

    words = TextAreaField(
        lazy("Anything else"),
        [Optional(), Length(max=20_000)],
        description=lazy("For a data carrier: the address that it goes to."),
        render_kw={"rows": 6},
    )


class VisitorAskForm(AskForm):
    """A request of somebody who is not signed in."""

    name = StringField(lazy("Your name"), [InputRequired(), Length(max=200)])
    address = StringField(
        lazy("Your mail address"),
        [InputRequired(), Email(), Length(max=320)],
        description=lazy("Our answer goes to it."),
    )
    website = StringField(lazy("Leave this empty"), [_nothing])


class NoteForm(WishForm):
    """A request that came by mail, by phone or by letter, and has a ticket."""

    pairs: ClassVar = {"ticket": "received_on"}

    ticket = IntegerField(lazy("Number of its ticket"), [InputRequired(), NumberRange(min=1)])
    received_on = DateField(lazy("Came in on"), [InputRequired()])


class AnswerForm(Form):
    """When and how a request was answered."""

    pairs: ClassVar = {"answered_on": "medium"}

    answered_on = DateField(lazy("Answered on"), [InputRequired()])
    medium = SelectField(lazy("How"), [InputRequired()], choices=choices(states.MEDIA.items()))
    note = TextAreaField(
        lazy("Note"),
        [Length(max=5000)],
        description=lazy("Which version was handed out, or why nothing was owed."),
    )
