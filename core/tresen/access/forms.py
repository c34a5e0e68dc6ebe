# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of signing in and of one's own account."""

from functools import cache
from zoneinfo import available_timezones

from wtforms import (
    BooleanField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tresen.access.service import LONGEST_PASSWORD, SHORTEST_PASSWORD
from tresen.i18n import LANGUAGES, lazy
from tresen.web.forms import Form, choices


@cache
def _zones() -> list[str]:
    """Every time zone; some six hundred files are looked for, once and when they are wanted."""
    return sorted(available_timezones())


class SignInForm(Form):
    """Mail address and password."""

    address = StringField(lazy("Mail address"), [InputRequired(), Length(max=320)])
    password = PasswordField(lazy("Password"), [InputRequired(), Length(max=1024)])


class ForgottenForm(Form):
    """The address that a link is to be sent to."""

    address = StringField(lazy("Mail address"), [InputRequired(), Email(), Length(max=320)])


class SignUpForm(ForgottenForm):
    """A customer who has no account yet."""

    name = StringField(lazy("Your name"), [InputRequired(), Length(max=200)])


class NewPasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField(
        lazy("New password"),
        [InputRequired(), Length(SHORTEST_PASSWORD, LONGEST_PASSWORD)],
        description=lazy("At least twelve characters; a sentence is fine."),
    )
    again = PasswordField(
        lazy("New password once more"),
        [EqualTo("password", lazy("The two passwords are not the same."))],
    )


class ChangePasswordForm(NewPasswordForm):
    """A new password; the old one shows that the person is still at the desk."""

    old = PasswordField(lazy("Present password"), [InputRequired(), Length(max=1024)])


class ProfileForm(Form):
    """What people set for themselves."""

    name = StringField(lazy("Your name"), [InputRequired(), DataRequired(), Length(max=200)])
    phone = StringField(lazy("Phone"), [Optional(), Length(max=60)])
    language = SelectField(lazy("Language"), choices=choices(LANGUAGES.items()))
    time_zone = SelectField(
        lazy("Time zone"),
        choices=_zones,  # type: ignore[arg-type]  # strings are choices, too
    )
    signature = TextAreaField(
        lazy("Signature"),
        [Optional(), Length(max=2000)],
        description=lazy("Stands below your answers to customers."),
    )
    is_notified = BooleanField(lazy("Mail me about my tickets"))
    has_shortcuts = BooleanField(lazy("Single-letter keyboard shortcuts"))


class TokenForm(Form):
    """A new key to the REST interface."""

    name = StringField(lazy("What is it for?"), [InputRequired(), Length(max=120)])
    scopes = SelectMultipleField(
        lazy("What may it do?"),
        [InputRequired()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = SelectField(
        lazy("Until when?"),
        coerce=int,
        choices=choices(
            ((30, lazy("30 days")), (365, lazy("One year")), (0, lazy("Until I end it")))
        ),
    )
