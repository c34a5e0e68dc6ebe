# SPDX-License-Identifier: AGPL-3.0-or-later
"""The form in which an agent notes a file; a script fills it from the file, which stays there."""

from typing import Any

from tresen.sdk import Form, choices, lazy
from wtforms import FileField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp

FROM, TO = "from", "to"
# What the database's whole numbers hold.
LARGEST = 2**31 - 1


def _normal(typed: Any) -> Any:
    return "".join(typed.split()).lower() if isinstance(typed, str) else typed


class NoteForm(Form):
    """A file that another tool moved."""

    direction = RadioField(
        lazy("Direction"),
        [InputRequired()],
        choices=choices([(FROM, lazy("from the customer")), (TO, lazy("to the customer"))]),
        default=TO,
    )
    name = StringField(lazy("File name"), [InputRequired(), Length(max=255)])
    size = IntegerField(
        lazy("Size in bytes"), [InputRequired(), NumberRange(0, LARGEST)], render_kw={"min": 0}
    )
    sha256 = StringField(
        "SHA-256",
        [InputRequired(), Regexp(r"[0-9a-f]{64}\Z", message=lazy("64 digits and letters a to f."))],
        filters=[_normal],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class HandOverForm(Form):
    """A file of the customer."""

    file = FileField(lazy("File"))
