# SPDX-License-Identifier: AGPL-3.0-or-later
"""The customers' forms: ask for help, and answer."""

from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import FileField, SelectField, StringField, TextAreaField, ValidationError
from wtforms import Form as PlainForm
from wtforms.validators import Email, InputRequired, Length, Optional

from tresen.errors import Refused
from tresen.i18n import _, lazy
from tresen.portal import brand
from tresen.tickets.service import SUBJECT_LIMIT
from tresen.web.forms import Form
from tresen.web.work import current_desk

BODY_LIMIT = 200_000


def _nothing(_form: Form, field: Any) -> None:
    """Refuse what only a program fills in: people do not see the field."""
    if field.data:
        raise ValidationError(_("Please leave this field empty."))


class RequestForm(Form):
    """A request of somebody who is signed in."""

    subject = StringField(lazy("What is it about?"), [InputRequired(), Length(max=SUBJECT_LIMIT)])
    installation = SelectField(
        lazy("Which of your systems?"),
        [Optional()],
        coerce=lambda text: int(text) if text else None,
    )
    body = TextAreaField(
        lazy("What happens, and what did you expect?"),
        [InputRequired(), Length(max=BODY_LIMIT)],
        render_kw={"rows": 10},
    )
    files = MultipleFileField(lazy("Attach files"), [Optional()])


class VisitorRequestForm(RequestForm):
    """A request of somebody who is not signed in."""

    name = StringField(lazy("Your name"), [InputRequired(), Length(max=200)])
    address = StringField(
        lazy("Your mail address"),
        [InputRequired(), Email(), Length(max=320)],
        description=lazy("Our answer goes to it."),
    )
    website = StringField(lazy("Leave this empty"), [_nothing])


class AnswerForm(Form):
    """An answer to a request."""

    body = TextAreaField(
        lazy("Your answer"), [Optional(), Length(max=BODY_LIMIT)], render_kw={"rows": 6}
    )
    files = MultipleFileField(lazy("Attach files"), [Optional()])


class LogoField(FileField):
    """A picture to upload; its value is the public name of the one that is kept."""

    upload: bytes = b""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the bytes of a file that was really chosen; else what is kept stays."""
        chosen: Any = valuelist[0] if valuelist else None
        if getattr(chosen, "filename", ""):
            # One byte more tells that it is too large, without reading on.
            self.upload = chosen.read(brand.MOST_BYTES + 1)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - as WTForms calls it
        """Refuse what is no logo."""
        if self.upload:
            try:
                brand.check_logo(self.upload)
            except Refused as refused:
                raise ValidationError(refused.sentence) from refused


class BrandSettings(PlainForm):
    """What the operator decides about the look of the portal."""

    logo = LogoField(
        lazy("Logo"),
        default="",
        description=lazy(
            "PNG, JPEG or WebP with 200 kB at most. “Back to the defaults” takes it away again."
        ),
    )
    accent_light = StringField(
        lazy("Accent colour in the light theme"),
        [Length(max=30)],
        default="",
        description=lazy("Such as #3a53c5. Empty is that of Tresen."),
    )
    accent_dark = StringField(lazy("Accent colour in the dark theme"), [Length(max=30)], default="")

    def validate_accent_light(self, field: Any) -> None:
        """Refuse what cannot be read on the light ground."""
        _readable(field, brand.LIGHT)

    def validate_accent_dark(self, field: Any) -> None:
        """Refuse what cannot be read on the dark ground."""
        _readable(field, brand.DARK)

    def validate(self, extra_validators: Any = None) -> bool:
        """Keep the logo once everything is right."""
        is_valid = bool(super().validate(extra_validators))
        if is_valid and self.logo.upload:
            self.logo.data = brand.keep_logo(current_desk(), self.logo.upload)
        return is_valid


def _readable(field: Any, ground: Any) -> None:
    try:
        brand.accent(field.data or "", ground)
    except Refused as refused:
        raise ValidationError(refused.sentence) from refused
