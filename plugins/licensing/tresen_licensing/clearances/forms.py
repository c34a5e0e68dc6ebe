# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of clearances."""

from typing import Any

from tresen.sdk import Form, lazy
from wtforms import FileField, TextAreaField
from wtforms.validators import InputRequired, Length

from tresen_licensing.agreements.service import Document


class AnswerForm(Form):
    """Why a finding does not stand against it."""

    answer = TextAreaField(
        lazy("Reason"),
        [InputRequired(), Length(max=5000)],
        description=lazy("It stands in the journal: repeat nothing secret here."),
    )


class AgreementForm(Form):
    """Who agreed at the customer, and the document that says so."""

    note = TextAreaField(
        lazy("Who agreed, and where is it written?"), [InputRequired(), Length(max=2000)]
    )
    document = FileField(
        lazy("Signed document"), description=lazy("Its SHA-512 is kept with the approval.")
    )


def document_of(given: dict[str, Any]) -> Document | None:
    """Return the document that was sent with a form, or None."""
    sent = given.pop("document", None)
    if not sent or not sent.filename:
        return None
    return Document(sent.filename, sent.mimetype, sent.read())
