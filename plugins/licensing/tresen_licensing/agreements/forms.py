# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of agreements."""

from typing import Any, ClassVar

from tresen.sdk import Form, OrganisationField, choices, lazy
from wtforms import DateField, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from tresen_licensing.agreements import terms
from tresen_licensing.agreements.models import Agreement
from tresen_licensing.agreements.service import FIELDS, Document


class AgreementForm(Form):
    """What was agreed."""

    pairs: ClassVar = {"reference": "agreed_on", "deadline_days": "embargo_days"}

    title = StringField(lazy("Title"), [InputRequired(), DataRequired(), Length(max=200)])
    reference = StringField(lazy("Number or clause of the contract"), [Length(max=120)])
    agreed_on = DateField(lazy("Agreed on"), [InputRequired()])
    licence = StringField(
        lazy("Licence of what is published"),
        [InputRequired(), Length(max=120)],
        default="AGPL-3.0-or-later",
        description=lazy("As an SPDX expression, such as AGPL-3.0-or-later."),
    )
    publishing = SelectField(
        lazy("Right to publish"), choices=choices(terms.PUBLISHING.items()), default=terms.YES
    )
    clause = TextAreaField(
        lazy("Clause"),
        [Length(max=5000)],
        description=lazy("The words of the contract that say so."),
        render_kw={"rows": 3},
    )
    deadline_days = IntegerField(
        lazy("Days to publish"),
        [InputRequired(), NumberRange(1, 365)],
        default=30,
        description=lazy("From the first deployment outside our own house."),
    )
    embargo_days = IntegerField(
        lazy("Longest embargo in days"),
        [InputRequired(), NumberRange(1, 365)],
        default=90,
        description=lazy("Counted from the same day, for faults of security."),
    )
    credit = SelectField(
        lazy("In public"), choices=choices(terms.CREDITS.items()), default=terms.ANONYMOUS
    )
    privacy_note = TextAreaField(
        lazy("What their people were told"),
        [Length(max=5000)],
        description=lazy("A sign-off makes name and address public for good; say so beforehand."),
        render_kw={"rows": 3},
    )
    document = FileField(
        lazy("Signed document"), description=lazy("Its SHA-512 is kept with the agreement.")
    )


class NewAgreementForm(AgreementForm):
    """With whom it was agreed, too."""

    organisation_id = OrganisationField(lazy("Customer"), [InputRequired()])


class EndForm(Form):
    """With which day it ended."""

    ended_on = DateField(lazy("Ended on"), [InputRequired()])


def begun(row: Agreement) -> dict[str, Any]:
    """Return what the form of a kept agreement begins with."""
    return {name: getattr(row, name) for name in FIELDS}


def document_of(given: dict[str, Any]) -> Document | None:
    """Return the document that was sent with a form, or None."""
    sent = given.pop("document", None)
    if not sent or not sent.filename:
        return None
    return Document(sent.filename, sent.mimetype, sent.read())
