# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of connections to forges."""

from typing import ClassVar

from tresen.sdk import Form, choices, lazy
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from tresen_licensing.connections import vault
from tresen_licensing.forges import routes

SECRET = rf"^{vault.PREFIX}[A-Z0-9_]+$"
# What forges allow in the name of an account or a group.
ACCOUNT = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"


class ConnectionForm(Form):
    """Where a forge is, and as whom it is asked."""

    pairs: ClassVar = {"name": "kind", "account": "secret_name"}

    name = StringField(lazy("Name"), [InputRequired(), Length(max=80)])
    kind = SelectField(
        lazy("Kind"), choices=choices((each, routes.TITLES[each]) for each in routes.WITH_SERVER)
    )
    address = StringField(
        lazy("Address"),
        [InputRequired(), Length(max=300)],
        description=lazy("Of the forge itself, such as https://codeberg.org."),
        render_kw={"inputmode": "url", "placeholder": "https://"},
    )
    account = StringField(
        lazy("Account"),
        [InputRequired(), Length(max=100), Regexp(ACCOUNT)],
        description=lazy("As whom it is proposed; its forks are pushed to."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    secret_name = StringField(
        lazy("Environment variable with its token"),
        [
            InputRequired(),
            Length(max=100),
            Regexp(SECRET, message=lazy("Name a variable, not the token itself.")),
        ],
        description=lazy("Its name alone is kept. It begins with TRESEN_LICENSING_."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
