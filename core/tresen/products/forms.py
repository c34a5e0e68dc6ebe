# SPDX-License-Identifier: AGPL-3.0-or-later
"""The forms of products, versions and installations."""

from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import URL, InputRequired, Length, Optional, Regexp

from tresen.i18n import lazy
from tresen.products.models import ENVIRONMENTS
from tresen.web.forms import Form, choices, optional_id

KINDS = {
    "own": lazy("Own product"),
    "third_party": lazy("Third-party product"),
    "service": lazy("Service"),
}


class ProductForm(Form):
    """A product."""

    name = StringField(lazy("Name"), [InputRequired(), Length(max=200)])
    code = StringField(
        lazy("Code"),
        [InputRequired(), Length(max=40), Regexp(r"^[a-z0-9-]+$")],
        description=lazy("Short, in lower case, for addresses and reports."),
    )
    kind = SelectField(lazy("Kind"), choices=choices(KINDS.items()))
    licence = StringField(
        lazy("Licence"),
        [Optional(), Length(max=120)],
        description=lazy("As an SPDX expression, such as AGPL-3.0-or-later."),
    )
    repository = StringField(
        lazy("Address of the public source"), [Optional(), URL(), Length(max=300)]
    )
    team_id = SelectField(
        lazy("Team"),
        [Optional()],
        coerce=optional_id,
        description=lazy("New tickets for the product go to it, unless a plugin says otherwise."),
    )
    is_active = BooleanField(lazy("Is offered and supported"), default=True)


class VersionForm(Form):
    """A version of a product."""

    number = StringField(lazy("Version"), [InputRequired(), Length(max=60)])
    released_on = DateField(lazy("Released on"), [Optional()])
    support_until = DateField(lazy("Supported until"), [Optional()])


class InstallationForm(Form):
    """A product at a customer."""

    product_id = SelectField(lazy("Product"), [InputRequired()], coerce=int)
    version_id = SelectField(lazy("Version"), [Optional()], coerce=optional_id)
    name = StringField(
        lazy("Name"),
        [Optional(), Length(max=120)],
        description=lazy("What the customer calls it, such as the host's name."),
    )
    environment = SelectField(lazy("Environment"), choices=choices(ENVIRONMENTS.items()))
    note = TextAreaField(lazy("Note"), [Optional(), Length(max=10_000)], render_kw={"rows": 3})
